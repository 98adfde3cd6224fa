import type {
  MixerControl,
  MixerDestination,
  MixerLine,
  MuteControl,
  MuxControl,
  SwitchControl,
  ToneControl,
  VolumeControl,
} from '../../../../contract/services/mixer.ts';

/** What the classic volume program shows of a mixer device. Specification 6.6. */

export interface VolumeProgram {
  /** There is something to listen on: a SPEAKERS or HEADPHONES destination. */
  readonly trayIcon: boolean;
  /** What the tray icon's slider moves. */
  readonly masterSlider: VolumeControl | undefined;
  /** One window per destination: playback, recording ... */
  readonly windows: readonly VolumeWindow[];
}

export interface VolumeWindow {
  readonly destination: MixerLine;
  readonly panels: readonly SourcePanel[];
}

export interface SourcePanel {
  readonly line: MixerLine;
  readonly volume: VolumeControl | undefined;
  /** The line's check box: its select box where it feeds the window's MUX, else its mute. */
  readonly checkBox:
    { readonly kind: 'select'; readonly mux: MuxControl; readonly item: number } | MuteBox | undefined;
  /** Two channels get a pan slider, more of them a dialog with one slider per speaker. */
  readonly balance: 'none' | 'pan' | 'speakers';
  /** All of the dialog's sliders move together. */
  readonly uniform: boolean;
  /** Behind the “Advanced” button. */
  readonly advanced: readonly (SwitchControl | ToneControl)[];
}

interface MuteBox {
  readonly kind: 'mute';
  readonly mute: MuteControl;
}

/** What the classic volume control shows of a device: the first VOLUME of the first destination is its master. */
export function volumeProgram(destinations: readonly MixerDestination[]): VolumeProgram {
  return {
    trayIcon: destinations.some(({ component }) => ['DST_SPEAKERS', 'DST_HEADPHONES'].includes(component)),
    masterSlider: destinations[0]?.controls.find((control) => control.type === 'VOLUME'),
    windows: destinations.map((destination) => ({
      destination,
      panels: destination.sources.flatMap((source) => sourcePanel(source, destination) ?? []),
    })),
  };
}

/** A line needs a volume, a mute or an advanced control for its panel; being an item of a MUX is not enough. */
function sourcePanel(line: MixerLine, destination: MixerLine): SourcePanel | undefined {
  const volume = line.controls.find((control) => control.type === 'VOLUME');
  const mute = line.controls.find((control) => control.type === 'MUTE');
  const advanced = line.controls.filter(isAdvanced);
  if (!volume && !mute && advanced.length === 0) return undefined;
  return {
    line,
    volume,
    checkBox: selectBox(line, destination) ?? (mute && { kind: 'mute', mute }),
    balance: line.channels > 2 ? 'speakers' : line.channels === 2 ? 'pan' : 'none',
    uniform: volume?.uniform ?? false,
    advanced,
  };
}

function isAdvanced(control: MixerControl): control is SwitchControl | ToneControl {
  return control.type === 'ONOFF' || control.type === 'BASS' || control.type === 'TREBLE';
}

function selectBox(line: MixerLine, destination: MixerLine): SourcePanel['checkBox'] {
  const mux = destination.controls.find((control) => control.type === 'MUX');
  const item = mux?.items.findIndex(({ lineId }) => lineId === line.id) ?? -1;
  return mux && item >= 0 ? { kind: 'select', mux, item } : undefined;
}
