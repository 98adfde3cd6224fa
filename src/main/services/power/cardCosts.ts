import type { HostStatus } from '../../../contract/hardware.ts';
import { UNKNOWN_COST, type PowerCost } from '../../../contract/services/power.ts';
import {
  CAPTURE_NAME,
  CAPTURE_TOPOLOGY_NAME,
  FM_NAME,
  OUTPUT_NAME,
  WAVE_NAME,
  WAVETABLE_NAME,
} from '../../adapters/soundCard/soundCard.ts';

/** Processor time and memory that parts of the card have to themselves. */
interface OwnCost {
  cpuPercent: number;
  bytes: number;
  /** Of the memory, what it gives back in D3; all of it where nothing is said. */
  givesBack?: number;
}

/**
 * What each of the card's subdevices costs, by what its device host measured last. What nobody has to himself, the
 * audio library and the host's own memory among it, is the output's: together the parts are what the process takes.
 */
export function cardCost(name: string, status: HostStatus | undefined): PowerCost {
  if (!status?.work) return UNKNOWN_COST;
  const { cpuPercent, bytes } = status.work;
  const { inputs, feeding, capturing } = cpuPercent;
  const own = new Map<string, OwnCost>([
    [WAVETABLE_NAME, { cpuPercent: inputs['synth'] ?? 0, bytes: bytes.wavetable }],
    [FM_NAME, { cpuPercent: inputs['fm'] ?? 0, bytes: bytes.fm }],
    [WAVE_NAME, { cpuPercent: (inputs['wave'] ?? 0) + feeding, bytes: bytes.waves }],
    [CAPTURE_NAME, { cpuPercent: capturing, bytes: bytes.capture, givesBack: 0 }],
    [CAPTURE_TOPOLOGY_NAME, { cpuPercent: 0, bytes: 0 }],
  ]);
  const part = own.get(name);
  if (part) {
    const saves = { cpuPercent: part.cpuPercent, memoryBytes: part.givesBack ?? part.bytes };
    return { cpuPercent: part.cpuPercent, memoryBytes: part.bytes, shared: false, saves };
  }
  if (name !== OUTPUT_NAME) return UNKNOWN_COST;
  const parts = [...own.values()];
  const left = (all: number, of: (part: OwnCost) => number) =>
    Math.max(
      0,
      parts.reduce((sum, each) => sum - of(each), all),
    );
  const rest = left(status.cpuPercent, (each) => each.cpuPercent);
  return {
    cpuPercent: rest,
    memoryBytes: left(bytes.resident, (each) => each.bytes),
    shared: true,
    // The device is closed then; the process and its memory stay.
    saves: { cpuPercent: rest, memoryBytes: 0 },
  };
}
