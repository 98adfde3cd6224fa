import { keyFrequency } from './audio/pitch.ts';
import { seededRandom } from './smfRandom.ts';

/** Writes Standard MIDI Files as bytes, with what is in them known in seconds. */

export interface SmfEvent {
  /** Ticks since the start of the track. */
  tick: number;
  /** A channel message with its status byte, or `FF type data` or `F0 data` without their lengths. */
  bytes: readonly number[];
}

export interface SmfFile {
  /** 0: one track; 1: tracks played together. What the number of tracks calls for, if not given. */
  format?: 0 | 1;
  /** Ticks per quarter note, or the 16-bit SMPTE form. */
  division: number;
  /** Events of one track in any order; those of one tick keep theirs. The end of the track is added. */
  tracks: readonly (readonly SmfEvent[])[];
  /** Leave out a status byte that repeats the last one. */
  runningStatus?: boolean;
}

export function writeSmf(file: SmfFile): Uint8Array<ArrayBuffer> {
  const { division, tracks, runningStatus = true } = file;
  const format = file.format ?? (tracks.length === 1 ? 0 : 1);
  const header = [...chars('MThd'), ...u32(6), ...u16(format), ...u16(tracks.length), ...u16(division)];
  const chunks = tracks.map((track) => {
    const data: number[] = [];
    let tick = 0;
    let status = 0;
    for (const { tick: at, bytes } of [...track].sort((a, b) => a.tick - b.tick)) {
      data.push(...variableLength(at - tick));
      tick = at;
      const first = bytes[0]!;
      if (first === 0xff) data.push(0xff, bytes[1]!, ...variableLength(bytes.length - 2), ...bytes.slice(2));
      else if (first >= 0xf0) data.push(first, ...variableLength(bytes.length - 1), ...bytes.slice(1));
      else if (runningStatus && first === status) data.push(...bytes.slice(1));
      else data.push(...bytes);
      status = first < 0xf0 ? first : 0;
    }
    if (!track.some(({ bytes }) => bytes[0] === 0xff && bytes[1] === 0x2f)) data.push(0, 0xff, 0x2f, 0);
    return [...chars('MTrk'), ...u32(data.length), ...data];
  });
  return Uint8Array.from([...header, ...chunks.flat()]);
}

export const smf = {
  noteOn: (tick: number, channel: number, key: number, velocity: number): SmfEvent => ({
    tick,
    bytes: [0x90 | channel, key, velocity],
  }),
  noteOff: (tick: number, channel: number, key: number): SmfEvent => ({
    tick,
    bytes: [0x80 | channel, key, 64],
  }),
  program: (tick: number, channel: number, program: number): SmfEvent => ({
    tick,
    bytes: [0xc0 | channel, program],
  }),
  controller: (tick: number, channel: number, controller: number, value: number): SmfEvent => ({
    tick,
    bytes: [0xb0 | channel, controller, value],
  }),
  pitchBend: (tick: number, channel: number, value: number): SmfEvent => ({
    tick,
    bytes: [0xe0 | channel, value & 0x7f, value >> 7],
  }),
  tempo: (tick: number, microsecondsPerQuarter: number): SmfEvent => ({
    tick,
    bytes: [
      0xff,
      0x51,
      microsecondsPerQuarter >> 16,
      (microsecondsPerQuarter >> 8) & 0xff,
      microsecondsPerQuarter & 0xff,
    ],
  }),
  trackName: (tick: number, name: string): SmfEvent => ({
    tick,
    bytes: [0xff, 0x03, ...new TextEncoder().encode(name)],
  }),
} as const;

export interface Note {
  channel: number;
  key: number;
  velocity: number;
  /** Hz, in equal temperament. */
  frequency: number;
  startSeconds: number;
  endSeconds: number;
}

export interface Song {
  bytes: Uint8Array<ArrayBuffer>;
  /** In the order in which they start. */
  notes: Note[];
}

export interface ScaleOptions {
  /** Key of the first note. */
  firstKey?: number;
  /** Steps of a major scale: 8 are one octave. */
  steps?: number;
  /** From one note's start to the next. */
  everySeconds?: number;
  /** How long each key is held. */
  heldSeconds?: number;
  /** Silence before the first note. */
  leadSeconds?: number;
  channel?: number;
  program?: number;
  velocity?: number;
  /** Controller 91; what a synthesizer has after power on, if not given. */
  reverb?: number;
  /** Format 1 puts the tempo into a track of its own. */
  format?: 0 | 1;
}

const MAJOR = [0, 2, 4, 5, 7, 9, 11] as const;

/** A major scale upwards, one note at a time: by default an octave and two notes from middle C, four a second. */
export function scale(options: ScaleOptions = {}): Song {
  const { firstKey = 60, steps = 10, everySeconds = 0.25, heldSeconds = 0.2, leadSeconds = 0 } = options;
  const { channel = 0, program = 0, velocity = 100, reverb, format = 0 } = options;
  // 120 quarter notes a minute and 500 ticks each: a tick is a millisecond.
  const ticks = (seconds: number) => Math.round(seconds * 1000);
  const notes = Array.from({ length: steps }, (_, index): Note => {
    const key = firstKey + MAJOR[index % 7]! + 12 * Math.floor(index / 7);
    const start = ticks(leadSeconds + index * everySeconds);
    const end = start + ticks(heldSeconds);
    return {
      channel,
      key,
      velocity,
      frequency: keyFrequency(key),
      startSeconds: start / 1000,
      endSeconds: end / 1000,
    };
  });
  const conductor = [smf.trackName(0, 'Scale'), smf.tempo(0, 500_000)];
  const part = [
    smf.program(0, channel, program),
    ...(reverb === undefined ? [] : [smf.controller(0, channel, 91, reverb)]),
    ...notes.flatMap(({ key, startSeconds, endSeconds }) => [
      smf.noteOn(ticks(startSeconds), channel, key, velocity),
      smf.noteOff(ticks(endSeconds), channel, key),
    ]),
  ];
  const tracks = format === 0 ? [[...conductor, ...part]] : [conductor, part];
  return { bytes: writeSmf({ format, division: 500, tracks }), notes };
}

export interface RandomSongOptions {
  tracks?: number;
  notesPerTrack?: number;
  tempoChanges?: number;
}

/** A song of notes, controllers, bends, text and tempo changes in tracks; the same for the same seed. */
export function randomSong(seed: number, options: RandomSongOptions = {}): Song {
  const random = seededRandom(seed);
  const { tracks = random.between(1, 5), notesPerTrack = 40, tempoChanges = 4 } = options;
  const division = random.pick([24, 96, 120, 480, 960]);
  const length = division * 64;

  const tempos = [{ tick: 0, microseconds: random.between(300_000, 1_000_000) }];
  for (let index = 0; index < tempoChanges; index++) {
    tempos.push({ tick: random.between(1, length), microseconds: random.between(300_000, 1_000_000) });
  }
  tempos.sort((a, b) => a.tick - b.tick);
  const seconds = (tick: number) => {
    let total = 0;
    tempos.forEach(({ tick: from, microseconds }, index) => {
      const to = Math.min(tick, tempos[index + 1]?.tick ?? Infinity);
      if (to > from) total += ((to - from) / division) * (microseconds / 1e6);
    });
    return total;
  };

  const notes: Note[] = [];
  const conductor = tempos.map(({ tick, microseconds }) => smf.tempo(tick, microseconds));
  const parts = Array.from({ length: tracks }, (_, track) => {
    const channel = track % 16;
    const events: SmfEvent[] = [
      smf.trackName(0, `Part ${track + 1} – é`),
      smf.program(0, channel, random.between(0, 127)),
    ];
    // A track uses a key once, so that every off belongs to one on.
    const usedKeys = new Set<number>();
    for (let index = 0; index < notesPerTrack; index++) {
      const key = random.between(24, 100);
      const start = random.between(0, length);
      const end = start + random.between(1, division * 2);
      if (usedKeys.has(key)) continue;
      usedKeys.add(key);
      const velocity = random.between(1, 127);
      const off = random.next() < 0.5 ? smf.noteOff(end, channel, key) : smf.noteOn(end, channel, key, 0);
      events.push(smf.noteOn(start, channel, key, velocity), off);
      notes.push({
        channel,
        key,
        velocity,
        frequency: keyFrequency(key),
        startSeconds: seconds(start),
        endSeconds: seconds(end),
      });
    }
    for (let index = 0; index < 10; index++) {
      const tick = random.between(0, length);
      events.push(
        random.next() < 0.5
          ? smf.controller(tick, channel, random.pick([1, 7, 10, 11, 64, 91, 93]), random.between(0, 127))
          : smf.pitchBend(tick, channel, random.between(0, 0x3fff)),
      );
    }
    return events;
  });
  notes.sort((a, b) => a.startSeconds - b.startSeconds);
  const format = tracks === 1 && random.next() < 0.5 ? 0 : 1;
  const all = format === 0 ? [[...conductor, ...parts.flat()]] : [conductor, ...parts];
  return { bytes: writeSmf({ format, division, tracks: all, runningStatus: random.next() < 0.7 }), notes };
}

export interface Damage {
  /** What was done, for the name of a test case. */
  what: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The file without its last part. */
export function truncate(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.subarray(0, length));
}

/** `count` damaged versions of a file: cut off, bytes changed, put in, taken out, lengths that lie, chunks doubled. */
export function* damaged(bytes: Uint8Array, seed: number, count: number): Generator<Damage> {
  const random = seededRandom(seed);
  for (let index = 0; index < count; index++) yield damage(bytes, random);
}

function damage(original: Uint8Array, random: ReturnType<typeof seededRandom>): Damage {
  const at = random.between(0, original.length - 1);
  const splice = (start: number, removed: number, inserted: readonly number[]) =>
    Uint8Array.from([...original.subarray(0, start), ...inserted, ...original.subarray(start + removed)]);
  switch (random.between(0, 5)) {
    case 0:
      return { what: `cut off at ${at}`, bytes: truncate(original, at) };
    case 1: {
      const bytes = new Uint8Array(original);
      const times = random.between(1, 8);
      for (let time = 0; time < times; time++)
        bytes[random.between(0, bytes.length - 1)] = random.between(0, 255);
      return { what: `${times} bytes changed`, bytes };
    }
    case 2: {
      const inserted = Array.from({ length: random.between(1, 16) }, () => random.between(0, 255));
      return { what: `${inserted.length} bytes put in at ${at}`, bytes: splice(at, 0, inserted) };
    }
    case 3: {
      const removed = random.between(1, 16);
      return { what: `${removed} bytes taken out at ${at}`, bytes: splice(at, removed, []) };
    }
    case 4: {
      const start = random.pick(chunkStarts(original));
      const length = random.pick([0, 1, 5, 7, 0xffff, 0x7fffffff, 0xffffffff]);
      return { what: `chunk at ${start} says ${length} bytes`, bytes: splice(start + 4, 4, u32(length)) };
    }
    default: {
      const start = random.pick(chunkStarts(original));
      return { what: `doubled from ${start} on`, bytes: splice(start, 0, [...original.subarray(start)]) };
    }
  }
}

function chunkStarts(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts: number[] = [];
  for (let offset = 0; offset + 8 <= bytes.length; offset += 8 + view.getUint32(offset + 4))
    starts.push(offset);
  return starts;
}

function variableLength(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

const chars = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0));
const u16 = (value: number): number[] => [value >> 8, value & 0xff];
const u32 = (value: number): number[] => [
  value >>> 24,
  (value >>> 16) & 0xff,
  (value >>> 8) & 0xff,
  value & 0xff,
];
