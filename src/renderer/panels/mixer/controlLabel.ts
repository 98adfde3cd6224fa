import type { MixerControl } from '../../../contract/services/mixer.ts';
import { text } from '../../text.ts';

/**
 * What a control in a fold-out is called. The controls of a tone node all have the node's name (specification 6.4), so
 * they are named after what they do; with the node's name where a line has several of them.
 */
export function controlLabel(control: MixerControl, ofLine: readonly MixerControl[]): string {
  const kind = kindOf(control, ofLine);
  if (kind === undefined) return control.name;
  const alike = ofLine.filter((other) => kindOf(other, ofLine) === kind);
  return alike.length > 1 ? text.mixer.controlOf(kind, control.name) : kind;
}

function kindOf(control: MixerControl, ofLine: readonly MixerControl[]): string | undefined {
  const { kinds } = text.mixer;
  switch (control.type) {
    case 'BASS':
    case 'TREBLE':
    case 'LOUDNESS':
      return kinds[control.type];
    case 'ONOFF': {
      const { filter, node } = control.node;
      const ofTone = ofLine.some(
        (other) =>
          (other.type === 'BASS' || other.type === 'TREBLE') &&
          other.node.filter === filter &&
          other.node.node === node,
      );
      return ofTone ? kinds.BASS_BOOST : undefined;
    }
    default:
      return undefined;
  }
}
