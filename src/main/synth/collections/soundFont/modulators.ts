/** The modulators of a SoundFont: decoding sfModList records, the default ones, and how lists of zones combine. */
import {
  NO_SOURCE,
  modulatorKey,
  type Curve,
  type Modulator,
  type ModulatorSource,
  type ModulatorSourceKind,
} from '../modulator.ts';
import { Parameter } from '../parameter.ts';
import { GENERATOR_PARAMETERS } from './generators.ts';

/** A modulator of one zone whose destination may be another one of the zone. */
export interface ZoneModulator {
  readonly modulator: Modulator;
  /** Equal for equal modulators; undefined with links, which are never equal: what they feed belongs to them. */
  readonly key: string | undefined;
  /** The modulator of the same zone that this one feeds; undefined when its destination is a parameter. */
  readonly feeds: ZoneModulator | undefined;
}

const CURVES: readonly Curve[] = ['linear', 'concave', 'convex', 'switch'];

/** General controllers. SoundFont 2.04 8.2.1. */
const GENERAL: ReadonlyMap<number, ModulatorSourceKind> = new Map([
  [0, 'none'],
  [2, 'velocity'],
  [3, 'key'],
  [10, 'polyPressure'],
  [13, 'channelPressure'],
  [14, 'pitchWheel'],
  [16, 'pitchWheelRange'],
  [127, 'link'],
]);

/** Linked destinations have this bit; the rest is the index of the modulator in its zone. */
const LINK = 0x8000;

/** Controllers that no modulator may have: bank select, data entry, the LSBs, RPN and mode messages. */
function isForbidden(controller: number): boolean {
  return (
    controller === 0 ||
    controller === 6 ||
    (controller >= 32 && controller <= 63) ||
    (controller >= 98 && controller <= 101) ||
    controller >= 120
  );
}

/** SFModulator; undefined for one the format does not define, which is to be ignored. SoundFont 2.04 8.2. */
export function decodeSource(word: number): ModulatorSource | undefined {
  const index = word & 0x7f;
  const curve = CURVES[word >> 10];
  if (curve === undefined) return undefined;
  const inverted = (word & 0x100) !== 0;
  const bipolar = (word & 0x200) !== 0;
  if ((word & 0x80) !== 0) {
    return isForbidden(index)
      ? undefined
      : { kind: 'controller', controller: index, curve, bipolar, inverted };
  }
  const kind = GENERAL.get(index);
  if (kind === undefined) return undefined;
  return kind === 'none' ? NO_SOURCE : { kind, controller: 0, curve, bipolar, inverted };
}

/** One sfModList record as numbers. */
export interface ModulatorRecord {
  readonly source: number;
  readonly destination: number;
  readonly amount: number;
  readonly amountSource: number;
  readonly transform: number;
}

/**
 * The modulators of one zone. Records that the format does not define are left out, and so are links that lead
 * nowhere or in a circle. SoundFont 2.04 8.3 and 9.5.
 */
export function decodeModulators(records: readonly ModulatorRecord[]): readonly ZoneModulator[] {
  const decoded: (ZoneModulator | undefined)[] = [];
  const visiting = new Set<number>();
  const decode = (index: number): ZoneModulator | undefined => {
    if (index in decoded) return decoded[index];
    const record = records[index];
    if (record === undefined || visiting.has(index) || visiting.size >= LONGEST_CHAIN) return undefined;
    visiting.add(index);
    decoded[index] = decodeOne(record, decode);
    visiting.delete(index);
    return decoded[index];
  };
  return override(
    [],
    records.map((_record, index) => decode(index)).filter((entry) => entry !== undefined),
  );
}

/** Links in a row; more make no sound anybody could follow. */
const LONGEST_CHAIN = 16;

function decodeOne(
  record: ModulatorRecord,
  decode: (index: number) => ZoneModulator | undefined,
): ZoneModulator | undefined {
  const source = decodeSource(record.source);
  const amountSource = decodeSource(record.amountSource);
  // A link cannot be an amount: only the first source can be another modulator.
  if (source === undefined || amountSource === undefined || amountSource.kind === 'link') return undefined;
  if (record.transform !== 0 && record.transform !== 2) return undefined;
  const transform = record.transform === 0 ? 'linear' : 'absolute';
  if ((record.destination & LINK) !== 0) {
    const feeds = decode(record.destination & ~LINK);
    if (feeds?.modulator.source.kind !== 'link') return undefined;
    const destination = { modulator: -1 };
    const modulator = { source, amountSource, destination, amount: record.amount, transform } as const;
    return { modulator, key: undefined, feeds };
  }
  const target = GENERATOR_PARAMETERS[record.destination];
  if (target === undefined) return undefined;
  const modulator: Modulator = {
    source,
    amountSource,
    destination: { parameter: target.parameter },
    amount: record.amount * target.factor,
    transform,
  };
  return { modulator, key: source.kind === 'link' ? undefined : modulatorKey(modulator), feeds: undefined };
}

/** `over` takes the place of equal modulators of `under`, and within it later ones of earlier. SoundFont 2.04 9.5.1. */
export function override(
  under: readonly ZoneModulator[],
  over: readonly ZoneModulator[],
): readonly ZoneModulator[] {
  if (over.length === 0) return under;
  const combined = [...under];
  const places = new Map(indexed(under).places);
  for (const entry of over) {
    const place = entry.key === undefined ? undefined : places.get(entry.key);
    if (place !== undefined) {
      combined[place] = entry;
    } else {
      if (entry.key !== undefined) places.set(entry.key, combined.length);
      combined.push(entry);
    }
  }
  return combined;
}

/** A list that meets many others: where each key stands in it. */
export interface IndexedModulators {
  readonly entries: readonly ZoneModulator[];
  readonly places: ReadonlyMap<string, number>;
}

/** By the key of each, so that a later one replaces an earlier one in its place. */
export function indexed(entries: readonly ZoneModulator[]): IndexedModulators {
  const places = new Map<string, number>();
  entries.forEach(({ key }, index) => key !== undefined && places.set(key, index));
  return { entries, places };
}

/** A preset's modulators add their amounts to equal ones of the instrument. SoundFont 2.04 9.5.2. */
export function addUp(
  { entries, places }: IndexedModulators,
  preset: readonly ZoneModulator[],
): readonly ZoneModulator[] {
  if (preset.length === 0) return entries;
  const combined = [...entries];
  // Neither list has two equal ones.
  for (const entry of preset) {
    const place = entry.key === undefined ? undefined : places.get(entry.key);
    const same = place === undefined ? undefined : combined[place];
    if (place === undefined || same === undefined) {
      combined.push(entry);
    } else {
      const amount = same.modulator.amount + entry.modulator.amount;
      combined[place] = { ...same, modulator: { ...same.modulator, amount } };
    }
  }
  return combined;
}

/**
 * The list as the model has it: every modulator stands before the one it feeds, and those with nothing to add are left
 * out.
 */
export function resolve(entries: readonly ZoneModulator[]): readonly Modulator[] {
  if (entries.every((entry) => entry.feeds === undefined)) {
    return entries.map((entry) => entry.modulator).filter((modulator) => modulator.amount !== 0);
  }
  const depth = (entry: ZoneModulator): number => (entry.feeds === undefined ? 0 : 1 + depth(entry.feeds));
  const ordered = entries
    .map((entry) => ({ entry, depth: depth(entry) }))
    .sort((a, b) => b.depth - a.depth)
    .map(({ entry }) => entry);
  const indices = new Map(ordered.map((entry, index) => [entry, index]));
  return ordered.map(({ modulator, feeds }) => {
    if (feeds === undefined) return modulator;
    // Links stay within their zone, whose linked modulators are all in the list.
    return { ...modulator, destination: { modulator: indices.get(feeds)! } };
  });
}

function source(kind: ModulatorSourceKind, controller = 0): ModulatorSource {
  return { kind, controller, curve: 'linear', bipolar: false, inverted: false };
}

function standard(
  from: ModulatorSource,
  parameter: Parameter,
  amount: number,
  amountSource: ModulatorSource = NO_SOURCE,
): ZoneModulator {
  const modulator: Modulator = {
    source: from,
    amountSource,
    destination: { parameter },
    amount,
    transform: 'linear',
  };
  return { modulator, key: modulatorKey(modulator), feeds: undefined };
}

const level = { curve: 'concave', inverted: true } as const;

/**
 * SoundFont 2.04 8.4, in its order, with two corrections that FluidSynth and SpessaSynth share: 8.4.2 (velocity to
 * filter cutoff) is left out, because the text of 2.01 and 2.04 contradict each other and banks are made without it;
 * and 8.4.6 (pan) has half the amount, because with the printed 1000 the controller would reach both sides at its
 * quarters.
 */
export const DEFAULT_MODULATORS: readonly ZoneModulator[] = [
  standard({ ...source('velocity'), ...level }, Parameter.attenuation, 96),
  standard(source('channelPressure'), Parameter.vibratoLfoToPitch, 50),
  standard(source('controller', 1), Parameter.vibratoLfoToPitch, 50),
  standard({ ...source('controller', 7), ...level }, Parameter.attenuation, 96),
  standard({ ...source('controller', 10), bipolar: true }, Parameter.pan, 50),
  standard({ ...source('controller', 11), ...level }, Parameter.attenuation, 96),
  standard(source('controller', 91), Parameter.reverbSend, 20),
  standard(source('controller', 93), Parameter.chorusSend, 20),
  standard({ ...source('pitchWheel'), bipolar: true }, Parameter.pitch, 12_700, source('pitchWheelRange')),
];
