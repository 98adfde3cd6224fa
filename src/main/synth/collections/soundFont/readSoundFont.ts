import type { Collection, Instrument, Loop, MidiRange, Region } from '../model.ts';
import type { Modulator } from '../modulator.ts';
import { PARAMETER_COUNT, Parameter } from '../parameter.ts';
import { readInfo, type Chunk, type RiffFile } from '../riff.ts';
import { ATTENUATION_FACTOR, GENERATOR_PARAMETERS, INSTRUMENT_ONLY, SFGenerator } from './generators.ts';
import {
  DEFAULT_MODULATORS,
  addUp,
  indexed,
  override,
  resolve,
  type IndexedModulators,
  type ZoneModulator,
} from './modulators.ts';
import { readSampleHeaders, type SampleHeader } from './sampleHeaders.ts';
import { rangeOf, readTables, recordAt, type Tables } from './tables.ts';
import { readZones, type Zone, type ZoneTables } from './zones.ts';

/** A SoundFont's bank of drum kits. */
const DRUM_BANK = 128;

/**
 * Reads a SoundFont 2 up to 2.04, or its Vorbis-compressed form (.sf3). Yields progress, 0 to 1. Sample data are
 * views of the file's bytes.
 *
 * Throws `bad-input` with chunk path and byte offset for everything that contradicts itself, `not-supported` for
 * samples in a sound card's ROM.
 */
export function* readSoundFont(file: RiffFile, root: Chunk): Generator<number, Collection, void> {
  const info = readInfo(file, root);
  checkVersion(file, root);
  const tables = readTables(file, file.require(root, 'LIST', 'pdta'));
  const sdta = file.find(root, 'LIST', 'sdta');
  const smpl = sdta && file.find(sdta, 'smpl');
  const sm24 = sdta && file.find(sdta, 'sm24');
  const headers = yield* scaled(0, 0.5, readSampleHeaders(file, tables.samples, smpl, sm24));
  const reader = new PresetReader(file, tables, headers);
  const instruments = yield* scaled(0.5, 0.5, reader.read());
  return {
    format: headers.some((header) => header.sample.compressed !== undefined) ? 'sf3' : 'sf2',
    name: info.get('INAM') ?? '',
    copyright: info.get('ICOP') ?? '',
    author: info.get('IENG') ?? '',
    comment: info.get('ICMT') ?? '',
    instruments,
    samples: headers.map((header) => header.sample),
  };
}

/** Steps whose progress is a part of the whole's. */
export function* scaled<T>(
  from: number,
  part: number,
  steps: Generator<number, T, void>,
): Generator<number, T, void> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    yield from + part * step.value;
  }
}

function checkVersion(file: RiffFile, root: Chunk): void {
  const list = file.require(root, 'LIST', 'INFO');
  const ifil = file.require(list, 'ifil');
  file.need(ifil, ifil.start, 4);
  const major = file.u16(ifil.start);
  // 3 is what the Vorbis-compressed form calls itself.
  if (major !== 2 && major !== 3) {
    throw file.error(
      ifil,
      ifil.start,
      `has SoundFont version ${major}.${file.u16(ifil.start + 2)}; 2 and 3 are read`,
      'Convert the bank to SoundFont 2 with the program that made it.',
    );
  }
}

/** Turns the cross product of preset zones and instrument zones into regions. */
class PresetReader {
  readonly #file: RiffFile;
  readonly #tables: Tables;
  readonly #headers: readonly SampleHeader[];
  readonly #presetZones: ZoneTables;
  readonly #instrumentZones: ZoneTables;
  readonly #zones = new Map<number, readonly Zone[]>();
  readonly #instrumentModulators = new Map<readonly ZoneModulator[], IndexedModulators>();
  /** By the instrument zone's list, then by the preset zone's. */
  readonly #resolved = new Map<
    readonly ZoneModulator[],
    Map<readonly ZoneModulator[], readonly Modulator[]>
  >();
  readonly #most: { readonly regions: number; readonly pairs: number };
  #regions = 0;
  #pairs = 0;

  constructor(file: RiffFile, tables: Tables, headers: readonly SampleHeader[]) {
    this.#file = file;
    this.#tables = tables;
    this.#headers = headers;
    this.#presetZones = {
      zones: tables.presetZones,
      generators: tables.presetGenerators,
      modulators: tables.presetModulators,
      closing: SFGenerator.instrument,
      targets: tables.instruments,
    };
    this.#instrumentZones = {
      zones: tables.instrumentZones,
      generators: tables.instrumentGenerators,
      modulators: tables.instrumentModulators,
      closing: SFGenerator.sampleID,
      targets: tables.samples,
    };
    // A hundred kilobytes of zones can name each other ten million times; no bank comes near these.
    const size = file.bytes.length;
    this.#most = { regions: 16_384 + size / 128, pairs: 0x100000 + size };
  }

  *read(): Generator<number, Instrument[], void> {
    const { presets } = this.#tables;
    const instruments: Instrument[] = [];
    for (let index = 0; index < presets.count; index++) {
      instruments.push(this.#readPreset(index));
      yield index / presets.count;
    }
    return instruments;
  }

  #readPreset(index: number): Instrument {
    const file = this.#file;
    const { presets, presetZones } = this.#tables;
    const at = recordAt(presets, index);
    const bank = file.u16(at + 22);
    const regions: Region[] = [];
    const range = rangeOf(file, presets, index, 24, presetZones);
    for (const zone of readZones(file, this.#presetZones, range)) this.#addRegions(zone, regions);
    return {
      name: file.text(at, at + 20),
      bankMsb: bank === DRUM_BANK ? 0 : bank & 0x7f,
      bankLsb: 0,
      program: file.u16(at + 20) & 0x7f,
      isDrum: bank === DRUM_BANK,
      regions,
    };
  }

  #zonesOf(instrument: number): readonly Zone[] {
    let zones = this.#zones.get(instrument);
    if (zones === undefined) {
      const { instruments, instrumentZones } = this.#tables;
      const range = rangeOf(this.#file, instruments, instrument, 20, instrumentZones);
      zones = [...readZones(this.#file, this.#instrumentZones, range)];
      this.#zones.set(instrument, zones);
    }
    return zones;
  }

  #addRegions(preset: Zone, regions: Region[]): void {
    const zones = this.#zonesOf(preset.target);
    this.#pairs += zones.length;
    if (this.#pairs > this.#most.pairs) throw this.#tooMany(preset, 'pairs of zones');
    const first = regions.length;
    const used: number[] = [];
    for (const zone of zones) {
      const keys = intersection(preset.keys, zone.keys);
      const velocities = intersection(preset.velocities, zone.velocities);
      if (keys === undefined || velocities === undefined) continue;
      const header = this.#headers[zone.target]!;
      if (header.isRom) {
        const message = `uses sample “${header.sample.name}”, which lies in a sound card's ROM`;
        const advice = 'Choose a bank whose samples are in the file.';
        throw this.#file.error(this.#tables.instrumentGenerators.chunk, zone.targetOffset, message, advice);
      }
      if (header.sample.frames === 0) continue;
      if (++this.#regions > this.#most.regions) throw this.#tooMany(preset, 'regions');
      regions.push(this.#makeRegion(preset, zone, header, keys, velocities));
      used.push(zone.target);
    }
    this.#pair(regions, first, used);
  }

  #tooMany(preset: Zone, what: string): Error {
    const most = what === 'regions' ? this.#most.regions : this.#most.pairs;
    const message = `makes more than ${Math.floor(most)} ${what}, too many for a file of this size`;
    return this.#file.error(this.#tables.presetGenerators.chunk, preset.targetOffset, message);
  }

  #makeRegion(
    preset: Zone,
    zone: Zone,
    header: SampleHeader,
    keys: MidiRange,
    velocities: MidiRange,
  ): Region {
    const parameters = new Float64Array(PARAMETER_COUNT);
    parameters.set(DEFAULTS);
    parameters[Parameter.pitch] = header.correction;
    let sampleModes = 0;
    let exclusiveClass = 0;
    let rootKey = -1;
    const own = zone.generators;
    for (let index = 0; index < own.length; index += 2) {
      const generator = own[index]!;
      const amount = own[index + 1]!;
      if (generator === SFGenerator.sampleModes) sampleModes = amount & 3;
      else if (generator === SFGenerator.exclusiveClass) exclusiveClass = amount & 0x7f;
      else if (generator === SFGenerator.overridingRootKey) rootKey = amount;
      else addGenerator(parameters, generator, amount, true);
    }
    const added = preset.generators;
    for (let index = 0; index < added.length; index += 2) {
      const generator = added[index]!;
      if (INSTRUMENT_ONLY.has(generator)) continue;
      const target = GENERATOR_PARAMETERS[generator];
      if (target === undefined || target.instrumentOnly) continue;
      addGenerator(parameters, generator, added[index + 1]!, false);
    }
    // Nothing makes a SoundFont zone louder than its sample. SoundFont 2.04 8.1.3.
    parameters[Parameter.attenuation] = Math.max(0, parameters[Parameter.attenuation]! * ATTENUATION_FACTOR);
    return {
      keys,
      velocities,
      exclusiveClass,
      isSelfExclusive: false,
      sample: zone.target,
      rootKey: rootKey < 0 || rootKey > 127 ? header.rootKey : rootKey,
      loop: loopOf(header, sampleModes),
      partner: -1,
      articulation: {
        parameters,
        modulators: this.#modulators(preset.modulators, zone.modulators),
        modulationAttackCurve: 'convex',
      },
    };
  }

  #modulators(preset: readonly ZoneModulator[], instrument: readonly ZoneModulator[]): readonly Modulator[] {
    let byPreset = this.#resolved.get(instrument);
    if (byPreset === undefined) {
      byPreset = new Map();
      this.#resolved.set(instrument, byPreset);
    }
    let resolved = byPreset.get(preset);
    if (resolved === undefined) {
      let own = this.#instrumentModulators.get(instrument);
      if (own === undefined) {
        own = indexed(override(DEFAULT_MODULATORS, instrument));
        this.#instrumentModulators.set(instrument, own);
      }
      resolved = resolve(addUp(own, preset));
      byPreset.set(preset, resolved);
    }
    return resolved;
  }

  /** Joins regions whose samples are each other's other channel. `used`: sample of each region from `first` on. */
  #pair(regions: Region[], first: number, used: readonly number[]): void {
    const waiting = new Map<number, number>();
    for (let index = 0; index < used.length; index++) {
      const { linked } = this.#headers[used[index]!]!;
      if (linked === -1) continue;
      const other = waiting.get(linked);
      const isPair =
        other !== undefined &&
        this.#headers[linked]?.linked === used[index] &&
        isSameRange(regions[first + index]!, regions[other]!);
      if (isPair) {
        regions[first + index] = { ...regions[first + index]!, partner: other };
        regions[other] = { ...regions[other]!, partner: first + index };
        waiting.delete(linked);
      } else {
        waiting.set(used[index]!, first + index);
      }
    }
  }
}

/** Parameters of a zone without generators. */
const DEFAULTS = new Float64Array(PARAMETER_COUNT);
DEFAULTS[Parameter.volumeShutdown] = -7271;
DEFAULTS[Parameter.modulationSustain] = 100;
for (const target of GENERATOR_PARAMETERS) {
  if (target !== undefined) DEFAULTS[target.parameter]! += target.default * target.factor;
}

/** An instrument's generator takes the place of the default, a preset's is added. SoundFont 2.04 9.4. */
function addGenerator(
  parameters: Float64Array,
  generator: number,
  amount: number,
  replacesDefault: boolean,
): void {
  const target = GENERATOR_PARAMETERS[generator];
  if (target === undefined) return;
  parameters[target.parameter]! += (replacesDefault ? amount - target.default : amount) * target.factor;
}

function loopOf(header: SampleHeader, sampleModes: number): Loop | undefined {
  if (sampleModes !== 1 && sampleModes !== 3) return undefined;
  const { loopStart: start, loopEnd: end } = header;
  if (start < 0 || start >= end) return undefined;
  return { start, end, mode: sampleModes === 1 ? 'continuous' : 'untilRelease' };
}

function intersection(a: MidiRange, b: MidiRange): MidiRange | undefined {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  if (low > high) return undefined;
  return low === b.low && high === b.high ? b : { low, high };
}

function isSameRange(a: Region, b: Region): boolean {
  return (
    a.keys.low === b.keys.low &&
    a.keys.high === b.keys.high &&
    a.velocities.low === b.velocities.low &&
    a.velocities.high === b.velocities.high
  );
}
