import type { ControlState, ControlValue, MixerControl } from '../../../contract/services/mixer.ts';

/** Names a control over restarts: node numbers may shift when the card gains nodes, names do not. */
export function controlKey(control: MixerControl): string {
  return `${control.node.filter}/${control.type}/${control.name}`;
}

/** What a control is set to; undefined for one that cannot be set. */
export function stateOf(control: MixerControl): ControlState | undefined {
  switch (control.type) {
    case 'VOLUME':
    case 'BASS':
    case 'TREBLE':
      return { levels: control.levels };
    case 'MUTE':
      return { muted: control.muted };
    case 'ONOFF':
    case 'LOUDNESS':
      return { on: control.on };
    case 'FADER':
      return { value: control.value };
    case 'MUX':
      // An input the node does not have is no choice to come back to.
      return control.selected < 0 ? undefined : { selected: control.selected };
    case 'PEAKMETER':
      return undefined;
  }
}

/** The value that sets a control to a state; undefined for the state of another type of control. */
export function valueOf(control: MixerControl, state: ControlState): ControlValue | undefined {
  switch (control.type) {
    case 'VOLUME':
    case 'BASS':
    case 'TREBLE':
      return state.levels?.length ? { levels: state.levels } : undefined;
    case 'MUTE':
      return state.muted?.length ? { muted: state.muted } : undefined;
    case 'ONOFF':
    case 'LOUDNESS':
      return state.on?.length ? { on: state.on } : undefined;
    case 'FADER':
      return state.value === undefined ? undefined : { value: state.value };
    case 'MUX':
      return state.selected === undefined ? undefined : { selected: state.selected };
    case 'PEAKMETER':
      return undefined;
  }
}
