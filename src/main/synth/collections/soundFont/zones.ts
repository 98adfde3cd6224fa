/** Zones of presets and instruments: the generators and modulators between two bag records. */
import type { MidiRange } from '../model.ts';
import type { RiffFile } from '../riff.ts';
import { GENERATOR_COUNT, SFGenerator } from './generators.ts';
import { decodeModulators, override, type ModulatorRecord, type ZoneModulator } from './modulators.ts';
import { rangeOf, recordAt, type IndexRange, type Table } from './tables.ts';

export interface Zone {
  readonly keys: MidiRange;
  readonly velocities: MidiRange;
  /** Pairs of generator number and signed amount, each generator once; without ranges and the closing one. */
  readonly generators: readonly number[];
  readonly modulators: readonly ZoneModulator[];
  /** Index that the closing generator names: instrument of a preset zone, sample of an instrument zone. */
  readonly target: number;
  /** Byte offset of the closing generator. */
  readonly targetOffset: number;
}

/** The tables in which zones of one kind lie. */
export interface ZoneTables {
  readonly zones: Table;
  readonly generators: Table;
  readonly modulators: Table;
  /** The generator that closes a zone, and what it counts in. */
  readonly closing: number;
  readonly targets: Table;
}

/** Modulators of one zone. The format sets no limit; no voice could keep up with more. */
const MOST_MODULATORS = 128;

const WHOLE: MidiRange = { low: 0, high: 127 };
const NOTHING: readonly never[] = [];

interface ZoneContents {
  keys: MidiRange;
  velocities: MidiRange;
  generators: readonly number[];
  modulators: readonly ZoneModulator[];
  /** -1 without a closing generator. */
  target: number;
  targetOffset: number;
}

/**
 * The zones of one preset or instrument, with its global zone's generators and modulators in each. SoundFont 2.04 7.3
 * and 7.7: a first zone without closing generator is the global one; any other without is ignored; generators behind
 * the closing one are ignored, and ranges that do not come first.
 */
export function* readZones(file: RiffFile, tables: ZoneTables, range: IndexRange): Generator<Zone> {
  let common: ZoneContents | undefined;
  for (let index = range.first; index < range.end; index++) {
    const contents = readContents(file, tables, index);
    if (contents.target === -1) {
      if (index === range.first) common = contents;
      continue;
    }
    yield common === undefined ? contents : withGlobal(common, contents);
  }
}

function withGlobal(common: ZoneContents, own: ZoneContents): Zone {
  return {
    keys: own.keys === WHOLE ? common.keys : own.keys,
    velocities: own.velocities === WHOLE ? common.velocities : own.velocities,
    generators: mergeGenerators(common.generators, own.generators),
    modulators: override(common.modulators, own.modulators),
    target: own.target,
    targetOffset: own.targetOffset,
  };
}

function mergeGenerators(common: readonly number[], own: readonly number[]): readonly number[] {
  if (common.length === 0) return own;
  if (own.length === 0) return common;
  const merged = [...own];
  for (let index = 0; index < common.length; index += 2) {
    if (!hasGenerator(own, common[index]!)) merged.push(common[index]!, common[index + 1]!);
  }
  return merged;
}

function hasGenerator(generators: readonly number[], generator: number): boolean {
  for (let index = 0; index < generators.length; index += 2) if (generators[index] === generator) return true;
  return false;
}

function readContents(file: RiffFile, tables: ZoneTables, zone: number): ZoneContents {
  const generators = rangeOf(file, tables.zones, zone, 0, tables.generators);
  const modulators = rangeOf(file, tables.zones, zone, 2, tables.modulators);
  const contents: ZoneContents = {
    keys: WHOLE,
    velocities: WHOLE,
    generators: NOTHING,
    modulators: NOTHING,
    target: -1,
    targetOffset: 0,
  };
  const amounts: number[] = [];
  for (let index = generators.first; index < generators.end; index++) {
    const at = recordAt(tables.generators, index);
    const generator = file.u16(at);
    if (generator === tables.closing) {
      contents.target = file.u16(at + 2);
      contents.targetOffset = at;
      if (contents.target >= tables.targets.count) {
        const { id } = tables.targets.chunk;
        const message = `names entry ${contents.target} of “${id}”, which has ${tables.targets.count}`;
        throw file.error(tables.generators.chunk, at, message);
      }
      break;
    }
    if (generator === SFGenerator.keyRange) {
      if (index === generators.first) contents.keys = readRange(file, at + 2);
    } else if (generator === SFGenerator.velRange) {
      const isEarly =
        index === generators.first || (index === generators.first + 1 && contents.keys !== WHOLE);
      if (isEarly) contents.velocities = readRange(file, at + 2);
    } else if (generator < GENERATOR_COUNT) {
      setGenerator(amounts, generator, file.i16(at + 2));
    }
  }
  if (amounts.length > 0) contents.generators = amounts;
  if (modulators.end > modulators.first) contents.modulators = readModulators(file, tables, modulators);
  return contents;
}

/** The last one of a zone counts. */
function setGenerator(amounts: number[], generator: number, amount: number): void {
  for (let index = 0; index < amounts.length; index += 2) {
    if (amounts[index] === generator) {
      amounts[index + 1] = amount;
      return;
    }
  }
  amounts.push(generator, amount);
}

/** A range the wrong way round holds nothing, as it says. */
function readRange(file: RiffFile, at: number): MidiRange {
  return { low: Math.min(127, file.u8(at)), high: Math.min(127, file.u8(at + 1)) };
}

function readModulators(file: RiffFile, tables: ZoneTables, range: IndexRange): readonly ZoneModulator[] {
  const { modulators } = tables;
  if (range.end - range.first > MOST_MODULATORS) {
    const at = recordAt(modulators, range.first);
    const message = `has ${range.end - range.first} modulators for one zone; ${MOST_MODULATORS} are read`;
    throw file.error(modulators.chunk, at, message);
  }
  const records: ModulatorRecord[] = [];
  for (let index = range.first; index < range.end; index++) {
    const at = recordAt(modulators, index);
    records.push({
      source: file.u16(at),
      destination: file.u16(at + 2),
      amount: file.i16(at + 4),
      amountSource: file.u16(at + 6),
      transform: file.u16(at + 8),
    });
  }
  return decodeModulators(records);
}
