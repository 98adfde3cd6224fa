/** Many single notes on one tape, each in a slot of its own, so that a synthesizer has to be started once only. */
import { smf, writeSmf, type SmfEvent } from '../../../support/smf.ts';
import { RATE, type Renderer, type Stereo } from './render.ts';

export interface Probe {
  readonly name: string;
  readonly program?: number;
  /** 60 by default. */
  readonly key?: number;
  /** 100 by default. */
  readonly velocity?: number;
  /** Channel messages before the note, without their channel: status, then data. */
  readonly before?: readonly (readonly number[])[];
  /** Channel messages in the course of the note, at seconds after its start. */
  readonly during?: readonly (readonly [seconds: number, ...message: number[]])[];
  /** Seconds from note-on to note-off; 0.5 by default. */
  readonly held?: number;
}

/** Seconds from a slot's start to its note. */
const LEAD = 0.05;
/** 120 quarters a minute and 500 ticks each: a tick is a millisecond. */
const TICKS_PER_SECOND = 1000;
const CHANNEL = 0;

/** Everything as it was, and silence. */
const RESET = [
  [0xb0, 120, 0],
  [0xb0, 121, 0],
  [0xb0, 7, 100],
  [0xb0, 10, 64],
  ...[0, 1, 2].flatMap((parameter) => [
    [0xb0, 101, 0],
    [0xb0, 100, parameter],
    [0xb0, 6, parameter === 0 ? 2 : 64],
    [0xb0, 38, 0],
  ]),
  [0xb0, 101, 127],
  [0xb0, 100, 127],
] as const;

export interface Played {
  readonly probe: Probe;
  /** From the note-on to the slot's end. */
  readonly left: Float32Array;
  readonly right: Float32Array;
}

export interface Tape {
  readonly probes: readonly Probe[];
  /** Seconds of each slot. */
  readonly slot: number;
}

/** Plays a tape and cuts it into its notes. */
export async function playTape(
  { probes, slot }: Tape,
  bank: Uint8Array<ArrayBuffer>,
  render: Renderer,
): Promise<Played[]> {
  const events = probes.flatMap((probe, index) => eventsOf(probe, index * slot));
  const song = writeSmf({ division: 500, tracks: [events] });
  const seconds = probes.length * slot;
  const sound = await render({ bank, song, seconds });
  return probes.map((probe, index) => ({ probe, ...cut(sound, index * slot + LEAD, (index + 1) * slot) }));
}

function cut({ left, right }: Stereo, from: number, to: number): Stereo {
  const [first, last] = [Math.round(from * RATE), Math.round(to * RATE)];
  return { left: left.subarray(first, last), right: right.subarray(first, last) };
}

function eventsOf(probe: Probe, start: number): SmfEvent[] {
  const { program = 0, key = 60, velocity = 100, held = 0.5 } = probe;
  const tick = (seconds: number): number => Math.round((start + seconds) * TICKS_PER_SECOND);
  const at = (seconds: number, [status, ...data]: readonly number[]): SmfEvent => ({
    tick: tick(seconds),
    bytes: [status! | CHANNEL, ...data],
  });
  return [
    ...RESET.map((message) => at(0, message)),
    smf.program(tick(0.01), CHANNEL, program),
    ...(probe.before ?? []).map((message) => at(0.02, message)),
    smf.noteOn(tick(LEAD), CHANNEL, key, velocity),
    ...(probe.during ?? []).map(([seconds, ...message]) => at(LEAD + seconds, message)),
    smf.noteOff(tick(LEAD + held), CHANNEL, key),
  ];
}
