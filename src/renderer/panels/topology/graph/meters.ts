import type { NodeTopology } from '../../../../contract/services/topology.ts';
import { ksLevel } from '../../../../contract/units.ts';
import { faderLaw } from '../../../components/fader/faderLaw.ts';
import type { MeterModel, MixerStore } from '../../../state/mixer.svelte.ts';

/** A node's meter shows what matters in little room: the upper 48 dB. */
export const METER_LAW = faderLaw({ min: ksLevel(-48 * 0x10000), max: ksLevel(0), step: ksLevel(0) });

/** The mixer's meter of a node; the mixer reads every meter once, whoever shows it. */
export function meterOf(mixer: MixerStore, path: string, node: NodeTopology): MeterModel | undefined {
  if (node.type.name !== 'KSNODETYPE_PEAKMETER') return undefined;
  for (const { id, destinations } of mixer.devices) {
    for (const line of destinations.flatMap((destination) => [destination, ...destination.sources])) {
      const at = line.meter?.value.node;
      if (at && `${id}/${at.filter}` === path && at.node === node.id) return line.meter;
    }
  }
  return undefined;
}
