/** Banks made field by field, for tests of the readers: also such that no program would write. */
import { fileURLToPath } from 'node:url';
import { chunkOf, infoOf, listOf, numbers } from '../../../../src/main/synth/collections/riffWriter.ts';

export const TIM_GM = '/usr/share/sounds/sf2/TimGM6mb.sf2';
export const FLUID_GM = '/usr/share/sounds/sf2/FluidR3_GM.sf2';
export const FLUID_MONO = '/usr/share/sounds/sf3/FluidR3Mono_GM.sf3';

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

/** Generator number and amount; ranges as low | high << 8. */
export type GeneratorEntry = readonly [generator: number, amount: number];
/** sfModSrcOper, sfModDestOper, modAmount, sfModAmtSrcOper, sfModTransOper. */
export type ModulatorEntry = readonly [number, number, number, number, number];

export interface ZoneEntry {
  readonly generators: readonly GeneratorEntry[];
  readonly modulators?: readonly ModulatorEntry[];
}

export interface SampleEntry {
  readonly name?: string;
  readonly start: number;
  readonly end: number;
  readonly loopStart?: number;
  readonly loopEnd?: number;
  readonly rate?: number;
  readonly key?: number;
  readonly correction?: number;
  readonly link?: number;
  readonly type?: number;
}

export interface SoundFontEntry {
  readonly version?: readonly [number, number];
  readonly presets: readonly {
    readonly name?: string;
    readonly program?: number;
    readonly bank?: number;
    readonly zones: readonly ZoneEntry[];
  }[];
  readonly instruments: readonly { readonly name?: string; readonly zones: readonly ZoneEntry[] }[];
  readonly samples: readonly SampleEntry[];
  /** Bytes of the smpl chunk. */
  readonly smpl?: Uint8Array;
  readonly sm24?: Uint8Array;
}

function fixed(text: string, bytes: number): Uint8Array {
  const field = new Uint8Array(bytes);
  field.set(new TextEncoder().encode(text).subarray(0, bytes - 1));
  return field;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

interface Bags {
  readonly starts: readonly number[];
  readonly bag: Uint8Array;
  readonly mod: Uint8Array;
  readonly gen: Uint8Array;
}

function bagsOf(lists: readonly (readonly ZoneEntry[])[]): Bags {
  const starts: number[] = [];
  const bag: Uint8Array[] = [];
  const mod: Uint8Array[] = [];
  const gen: Uint8Array[] = [];
  for (const zones of lists) {
    starts.push(bag.length);
    for (const zone of zones) {
      bag.push(numbers([2, gen.length], [2, mod.length]));
      for (const [generator, amount] of zone.generators) gen.push(numbers([2, generator], [2, amount]));
      for (const fields of zone.modulators ?? []) {
        mod.push(numbers(...fields.map((field): readonly [2, number] => [2, field])));
      }
    }
  }
  starts.push(bag.length);
  bag.push(numbers([2, gen.length], [2, mod.length]));
  gen.push(new Uint8Array(4));
  mod.push(new Uint8Array(10));
  return { starts, bag: concat(bag), mod: concat(mod), gen: concat(gen) };
}

/** A SoundFont of exactly these records. */
export function makeSoundFont(entry: SoundFontEntry): Uint8Array {
  const preset = bagsOf(entry.presets.map((one) => one.zones));
  const instrument = bagsOf(entry.instruments.map((one) => one.zones));
  const phdr = [
    ...entry.presets.map((one, index) =>
      concat([
        fixed(one.name ?? `Preset ${index}`, 20),
        numbers(
          [2, one.program ?? 0],
          [2, one.bank ?? 0],
          [2, preset.starts[index]!],
          [4, 0],
          [4, 0],
          [4, 0],
        ),
      ]),
    ),
    concat([fixed('EOP', 20), numbers([2, 0], [2, 0], [2, preset.starts.at(-1)!], [4, 0], [4, 0], [4, 0])]),
  ];
  const inst = [
    ...entry.instruments.map((one, index) =>
      concat([fixed(one.name ?? `Instrument ${index}`, 20), numbers([2, instrument.starts[index]!])]),
    ),
    concat([fixed('EOI', 20), numbers([2, instrument.starts.at(-1)!])]),
  ];
  const shdr = [
    ...entry.samples.map((one, index) =>
      concat([
        fixed(one.name ?? `Sample ${index}`, 20),
        numbers(
          [4, one.start],
          [4, one.end],
          [4, one.loopStart ?? one.start],
          [4, one.loopEnd ?? one.end],
          [4, one.rate ?? 44_100],
          [1, one.key ?? 60],
          [1, one.correction ?? 0],
          [2, one.link ?? 0],
          [2, one.type ?? 1],
        ),
      ]),
    ),
    new Uint8Array(46),
  ];
  const [major, minor] = entry.version ?? [2, 4];
  return listOf(
    'RIFF',
    'sfbk',
    listOf(
      'LIST',
      'INFO',
      chunkOf('ifil', numbers([2, major], [2, minor])),
      infoOf({ INAM: 'Test bank' }).subarray(12),
    ),
    listOf(
      'LIST',
      'sdta',
      chunkOf('smpl', entry.smpl ?? new Uint8Array(4096)),
      ...(entry.sm24 === undefined ? [] : [chunkOf('sm24', entry.sm24)]),
    ),
    listOf(
      'LIST',
      'pdta',
      chunkOf('phdr', concat(phdr)),
      chunkOf('pbag', preset.bag),
      chunkOf('pmod', preset.mod),
      chunkOf('pgen', preset.gen),
      chunkOf('inst', concat(inst)),
      chunkOf('ibag', instrument.bag),
      chunkOf('imod', instrument.mod),
      chunkOf('igen', instrument.gen),
      chunkOf('shdr', concat(shdr)),
    ),
  );
}

export const range = (low: number, high: number): number => low | (high << 8);

/** usSource, usControl, usDestination, usTransform, lScale. */
export type BlockEntry = readonly [number, number, number, number, number];

export function makeArticulation(list: 'lart' | 'lar2', blocks: readonly BlockEntry[]): Uint8Array {
  return listOf(
    'LIST',
    list,
    chunkOf(
      list === 'lart' ? 'art1' : 'art2',
      numbers([4, 8], [4, blocks.length]),
      ...blocks.map(([source, control, destination, transform, scale]) =>
        numbers([2, source], [2, control], [2, destination], [2, transform], [4, scale]),
      ),
    ),
  );
}

export interface DlsEntry {
  readonly bank?: number;
  readonly program?: number;
  /** Chunks of the instrument besides insh and lrgn. */
  readonly extra?: readonly Uint8Array[];
  /** Chunks of each region; rgnh, wlnk for wave 0 stand for those that are not given. */
  readonly regions: readonly (readonly Uint8Array[])[];
  readonly waves?: readonly Uint8Array[];
  /** Chunks of the file besides the necessary ones, first. */
  readonly top?: readonly Uint8Array[];
}

export const regionHeader = (fields: {
  keys?: readonly [number, number];
  velocities?: readonly [number, number];
  options?: number;
  group?: number;
}): Uint8Array => {
  const [low, high] = fields.keys ?? [0, 127];
  const [soft, loud] = fields.velocities ?? [0, 127];
  return chunkOf(
    'rgnh',
    numbers([2, low], [2, high], [2, soft], [2, loud], [2, fields.options ?? 0], [2, fields.group ?? 0]),
  );
};

export const waveLink = (index: number, options = 0, group = 0, channel = 1): Uint8Array =>
  chunkOf('wlnk', numbers([2, options], [2, group], [4, channel], [4, index]));

export const waveSample = (
  key: number,
  fineTune: number,
  gain: number,
  loop?: readonly [type: number, start: number, length: number],
): Uint8Array =>
  chunkOf(
    'wsmp',
    numbers([4, 20], [2, key], [2, fineTune], [4, gain], [4, 0], [4, loop === undefined ? 0 : 1]),
    loop === undefined ? new Uint8Array(0) : numbers([4, 16], [4, loop[0]], [4, loop[1]], [4, loop[2]]),
  );

export function makeWave(
  data: Uint8Array,
  options: {
    bits?: number;
    rate?: number;
    tag?: number;
    channels?: number;
    extra?: readonly Uint8Array[];
  } = {},
): Uint8Array {
  const { bits = 16, rate = 22_050, tag = 1, channels = 1 } = options;
  const align = (channels * bits) / 8;
  return listOf(
    'LIST',
    'wave',
    chunkOf('fmt ', numbers([2, tag], [2, channels], [4, rate], [4, rate * align], [2, align], [2, bits])),
    ...(options.extra ?? []),
    chunkOf('data', data),
  );
}

/** A DLS collection with one instrument of exactly these chunks. */
export function makeDls(entry: DlsEntry): Uint8Array {
  const waves = entry.waves ?? [makeWave(new Uint8Array(2000))];
  const cues: (readonly [4, number])[] = [];
  let offset = 0;
  for (const wave of waves) {
    cues.push([4, offset]);
    offset += wave.length;
  }
  const regions = entry.regions.map((chunks) => {
    const ids = chunks.map((chunk) => String.fromCharCode(...chunk.subarray(0, 4)));
    return listOf(
      'LIST',
      'rgn ',
      ...(ids.includes('rgnh') ? [] : [regionHeader({})]),
      ...chunks,
      ...(ids.includes('wlnk') ? [] : [waveLink(0)]),
    );
  });
  return listOf(
    'RIFF',
    'DLS ',
    ...(entry.top ?? []),
    chunkOf('colh', numbers([4, 1])),
    listOf(
      'LIST',
      'lins',
      listOf(
        'LIST',
        'ins ',
        chunkOf('insh', numbers([4, regions.length], [4, entry.bank ?? 0], [4, entry.program ?? 0])),
        listOf('LIST', 'lrgn', ...regions),
        ...(entry.extra ?? []),
      ),
    ),
    chunkOf('ptbl', numbers([4, 8], [4, waves.length], ...cues)),
    listOf('LIST', 'wvpl', ...waves),
  );
}
