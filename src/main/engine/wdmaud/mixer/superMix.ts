import { KS_LEVEL_SILENCE, ksLevel } from '../../../../contract/units.ts';
import { KSPROPERTY_AUDIO, type MixCapability, type MixLevel } from '../../ks/properties/audio.ts';
import type { NodeVertex } from '../../sysaudio/deviceGraph.ts';
import { query, type NodeControl } from './nodeControl.ts';

/**
 * The controls of a SUPERMIX node. Specification 6.4.
 *
 * They exist by its capabilities; how their values act on the table is not in the documents (UNCONFIRMED). Here a
 * channel is an output: MUTE acts on every path into it, VOLUME is the level of its direct path (from the input of the
 * same number, counted round) and carries the output's other paths along, so that the balance of the mix stays.
 */
export function superMixControls(vertex: NodeVertex): NodeControl[] {
  const { nodeId } = vertex;
  const { filter } = vertex.subdevice;
  const caps = query(() => filter.get(KSPROPERTY_AUDIO.MIX_LEVEL_CAPS, undefined, nodeId));
  if (!caps || caps.capabilities.length === 0) return [];
  const { inputChannels, outputChannels, capabilities } = caps;

  const readTable = () => filter.get(KSPROPERTY_AUDIO.MIX_LEVEL_TABLE, undefined, nodeId);
  const writeColumn = (output: number, change: (entry: MixLevel, index: number) => MixLevel) => {
    const table = readTable().map((entry, index) =>
      index % outputChannels === output && isPath(capabilities[index]) ? change(entry, index) : entry,
    );
    filter.set(KSPROPERTY_AUDIO.MIX_LEVEL_TABLE, undefined, table, nodeId);
  };
  const directPath = (output: number) => (output % inputChannels) * outputChannels + output;

  const controls: NodeControl[] = [];
  const base = { vertex, channels: outputChannels, uniform: false };
  if (capabilities.every((entry) => entry.mute || !isPath(entry))) {
    controls.push({
      ...base,
      type: 'MUTE',
      unit: 'SWITCH',
      range: () => ({ minimum: 0, maximum: 1, step: 1, known: true }),
      read: (output) =>
        Number(
          readTable().every(
            (entry, index) => index % outputChannels !== output || !isPath(capabilities[index]) || entry.mute,
          ),
        ),
      write: (output, value) => writeColumn(output, (entry) => ({ ...entry, mute: value !== 0 })),
    });
  }
  if (capabilities.every((entry) => entry.maximum !== entry.minimum)) {
    controls.push({
      ...base,
      type: 'VOLUME',
      unit: 'LEVEL',
      range(output) {
        const { minimum, maximum, reset } = capabilities[directPath(output)]!;
        return { minimum, maximum, step: reset, known: true };
      },
      read: (output) => readTable()[directPath(output)]!.level,
      write(output, value) {
        const direct = directPath(output);
        const before = readTable()[direct]!.level;
        writeColumn(output, (entry, index) => {
          if (index === direct) return { ...entry, level: ksLevel(value) };
          if (entry.level === KS_LEVEL_SILENCE || before === KS_LEVEL_SILENCE) return entry;
          const { minimum, maximum } = capabilities[index]!;
          const moved = entry.level + value - before;
          return { ...entry, level: ksLevel(Math.min(maximum, Math.max(minimum, moved))) };
        });
      },
    });
  }
  return controls;
}

/** An entry whose minimum and maximum are both minus infinity is no path. */
function isPath(capability: MixCapability | undefined): boolean {
  return (
    capability !== undefined &&
    !(capability.minimum === KS_LEVEL_SILENCE && capability.maximum === KS_LEVEL_SILENCE)
  );
}
