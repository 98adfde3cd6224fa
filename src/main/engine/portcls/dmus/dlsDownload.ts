import { PinwheelError } from '../../../../contract/errors.ts';

/**
 * DLS download buffers: a DMUS_DOWNLOADINFO, a table of offsets, and the objects that name each other by their place
 * in that table. Specification 4.8.
 */

/** dwDLType */
export const DOWNLOAD_TYPE = {
  INSTRUMENT: 1,
  WAVE: 2,
  INSTRUMENT2: 3,
  WAVEARTICULATION: 4,
  STREAMINGWAVE: 5,
  ONESHOTWAVE: 6,
} as const;

/** dwDLId of the set that is in a synthesizer's ROM. */
export const ROM_SET_ID = 0xffffffff;
/** ulPatch of a drum kit has this bit. */
export const PATCH_DRUMS = 0x80000000;

const INFO_BYTES = 16;
const WAVE_FORMAT_PCM = 1;

/** DMUS_WAVE with its DMUS_WAVEDATA. */
export interface WaveDownload {
  readonly kind: 'wave';
  /** dwDLId: by what regions name it. */
  readonly id: number;
  readonly channels: number;
  readonly samplesPerSecond: number;
  readonly bitsPerSample: number;
  /** PCM; a view of the buffer. */
  readonly data: Uint8Array;
}

/** DMUS_INSTRUMENT */
export interface InstrumentDownload {
  readonly kind: 'instrument';
  readonly id: number;
  /** ulPatch: drum bit, MSB, LSB and program. */
  readonly patch: number;
  readonly regions: readonly RegionDownload[];
  readonly articulation: ArticulationDownload | undefined;
}

/** DMUS_REGION */
export interface RegionDownload {
  readonly keyLow: number;
  readonly keyHigh: number;
  readonly velocityLow: number;
  readonly velocityHigh: number;
  /** fusOptions */
  readonly options: number;
  /** usKeyGroup */
  readonly keyGroup: number;
  /** ulTableIndex of the wave link: the wave's dwDLId. */
  readonly wave: number;
  /** ulChannel of the wave link, and its options. */
  readonly channel: number;
  readonly linkOptions: number;
  readonly waveSample: WaveSampleDownload;
  readonly articulation: ArticulationDownload | undefined;
}

/** WSMPL with its first WLOOP. */
export interface WaveSampleDownload {
  readonly unityNote: number;
  /** Cents. */
  readonly fineTune: number;
  /** lAttenuation: 1/655360 dB, in truth a gain. */
  readonly gain: number;
  readonly loop: { readonly start: number; readonly length: number; readonly type: number } | undefined;
}

/** Connections of an INSTRUMENT2, or the fixed parameters that an INSTRUMENT has in their place. */
export type ArticulationDownload =
  | { readonly kind: 'connections'; readonly connections: readonly ConnectionDownload[] }
  | { readonly kind: 'parameters'; readonly parameters: ArticulationParameters };

/** CONNECTION */
export interface ConnectionDownload {
  readonly source: number;
  readonly control: number;
  readonly destination: number;
  readonly transform: number;
  readonly scale: number;
}

/** DMUS_ARTICPARAMS: LFO, two envelopes and the pan, 20 LONGs in the order of the structures. */
export type ArticulationParameters = Readonly<Record<ArticulationField, number>>;

const ARTICULATION_FIELDS = [
  'lfoFrequency',
  'lfoDelay',
  'lfoVolumeScale',
  'lfoPitchScale',
  'lfoWheelToVolume',
  'lfoWheelToPitch',
  'volumeAttack',
  'volumeDecay',
  'volumeSustain',
  'volumeRelease',
  'volumeVelocityToAttack',
  'volumeKeyToDecay',
  'pitchAttack',
  'pitchDecay',
  'pitchSustain',
  'pitchRelease',
  'pitchVelocityToAttack',
  'pitchKeyToDecay',
  'pitchRange',
  'pan',
] as const;
export type ArticulationField = (typeof ARTICULATION_FIELDS)[number];

export type DlsDownload = WaveDownload | InstrumentDownload;

/** Articulations and regions are chains; no chain is longer than the table that names its links. */
export function parseDlsDownload(data: Uint8Array): DlsDownload {
  return new DownloadReader(data).read();
}

class DownloadReader {
  readonly #data: Uint8Array;
  readonly #view: DataView;
  #size = INFO_BYTES;
  #entries = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  read(): DlsDownload {
    this.#size = this.#data.length;
    this.#need(0, INFO_BYTES, 'its DMUS_DOWNLOADINFO');
    const type = this.#u32(0);
    const id = this.#u32(4);
    this.#entries = this.#u32(8);
    const size = this.#u32(12);
    if (size > this.#data.length)
      throw this.#error(12, `says it has ${size} bytes and has ${this.#data.length}`);
    this.#size = size;
    this.#need(INFO_BYTES, this.#entries * 4, 'its offset table');
    switch (type) {
      case DOWNLOAD_TYPE.INSTRUMENT:
      case DOWNLOAD_TYPE.INSTRUMENT2:
        return this.#instrument(id, type === DOWNLOAD_TYPE.INSTRUMENT2);
      case DOWNLOAD_TYPE.WAVE:
        return this.#wave(id);
      default:
        throw this.#error(0, `has the type ${type}, which this synthesizer does not take`);
    }
  }

  #instrument(id: number, isLevel2: boolean): InstrumentDownload {
    const at = this.#object(0, 24, 'DMUS_INSTRUMENT');
    const regions: RegionDownload[] = [];
    const visited = new Set<number>();
    for (let index = this.#u32(at + 4); index !== 0;) {
      if (visited.has(index)) throw this.#error(at + 4, `names region ${index} twice`);
      visited.add(index);
      const region = this.#object(index, 56, 'DMUS_REGION');
      regions.push(this.#region(region, isLevel2));
      index = this.#u32(region + 16);
    }
    const articulation = this.#articulation(this.#u32(at + 8), isLevel2);
    return { kind: 'instrument', id, patch: this.#u32(at), regions, articulation };
  }

  #region(at: number, isLevel2: boolean): RegionDownload {
    const range = (offset: number): [number, number] => {
      const low = this.#u16(at + offset);
      const high = this.#u16(at + offset + 2);
      if (low > high || high > 127) throw this.#error(at + offset, `has the range ${low} to ${high}`);
      return [low, high];
    };
    const [keyLow, keyHigh] = range(0);
    const [velocityLow, velocityHigh] = range(4);
    return {
      keyLow,
      keyHigh,
      velocityLow,
      velocityHigh,
      options: this.#u16(at + 8),
      keyGroup: this.#u16(at + 10),
      linkOptions: this.#u16(at + 24),
      channel: this.#u32(at + 28),
      wave: this.#u32(at + 32),
      waveSample: this.#waveSample(at + 36),
      articulation: this.#articulation(this.#u32(at + 12), isLevel2),
    };
  }

  #waveSample(at: number): WaveSampleDownload {
    const hasLoop = this.#u32(at + 16) > 0;
    if (hasLoop) this.#need(at + 20, 16, 'a WLOOP');
    return {
      unityNote: this.#u16(at + 4),
      fineTune: this.#view.getInt16(at + 6, true),
      gain: this.#view.getInt32(at + 8, true),
      loop: hasLoop
        ? { type: this.#u32(at + 24), start: this.#u32(at + 28), length: this.#u32(at + 32) }
        : undefined,
    };
  }

  #articulation(index: number, isLevel2: boolean): ArticulationDownload | undefined {
    if (index === 0) return undefined;
    if (!isLevel2) {
      const articulation = this.#object(index, 8, 'DMUS_ARTICULATION');
      const at = this.#object(this.#u32(articulation), 80, 'DMUS_ARTICPARAMS');
      const values = ARTICULATION_FIELDS.map(
        (field, place) => [field, this.#view.getInt32(at + 4 * place, true)] as const,
      );
      return { kind: 'parameters', parameters: Object.fromEntries(values) as ArticulationParameters };
    }
    const connections: ConnectionDownload[] = [];
    const visited = new Set<number>();
    for (let next = index; next !== 0;) {
      if (visited.has(next)) throw this.#error(0, `names articulation ${next} twice`);
      visited.add(next);
      const articulation = this.#object(next, 12, 'DMUS_ARTICULATION2');
      this.#connections(this.#u32(articulation), connections);
      next = this.#u32(articulation + 8);
    }
    return { kind: 'connections', connections };
  }

  #connections(index: number, connections: ConnectionDownload[]): void {
    const at = this.#object(index, 8, 'CONNECTIONLIST');
    const count = this.#u32(at + 4);
    this.#need(at + 8, count * 12, `${count} connections`);
    for (let entry = at + 8; entry < at + 8 + count * 12; entry += 12) {
      connections.push({
        source: this.#u16(entry),
        control: this.#u16(entry + 2),
        destination: this.#u16(entry + 4),
        transform: this.#u16(entry + 6),
        scale: this.#view.getInt32(entry + 8, true),
      });
    }
  }

  #wave(id: number): WaveDownload {
    const at = this.#object(0, 30, 'DMUS_WAVE');
    const format = at + 12;
    const tag = this.#u16(format);
    const channels = this.#u16(format + 2);
    const bitsPerSample = this.#u16(format + 14);
    const samplesPerSecond = this.#u32(format + 4);
    if (tag !== WAVE_FORMAT_PCM || ![8, 16].includes(bitsPerSample) || channels < 1 || channels > 2) {
      throw this.#error(
        format,
        `has ${channels} channels of ${bitsPerSample} bits in format ${tag}; PCM is taken`,
      );
    }
    if (samplesPerSecond < 1) throw this.#error(format + 4, 'has no sample rate');
    const dataAt = this.#object(this.#u32(at + 8), 4, 'DMUS_WAVEDATA');
    const bytes = this.#u32(dataAt);
    this.#need(dataAt + 4, bytes, `${bytes} bytes of wave data`);
    const data = this.#data.subarray(dataAt + 4, dataAt + 4 + bytes);
    return { kind: 'wave', id, channels, bitsPerSample, samplesPerSecond, data };
  }

  /** Offset of entry `index` of the table, of which at least `bytes` are there. */
  #object(index: number, bytes: number, what: string): number {
    if (index >= this.#entries)
      throw this.#error(8, `names object ${index} of ${this.#entries} as its ${what}`);
    const at = this.#u32(INFO_BYTES + 4 * index);
    this.#need(at, bytes, what);
    return at;
  }

  #need(at: number, bytes: number, what: string): void {
    if (at + bytes > this.#size) throw this.#error(at, `ends at byte ${this.#size} within ${what}`);
  }

  #u16(at: number): number {
    return this.#view.getUint16(at, true);
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  #error(at: number, problem: string): PinwheelError {
    return new PinwheelError({
      code: 'bad-input',
      message: `The download buffer ${problem} (byte ${at}).`,
      subject: 'KSPROPERTY_SYNTH_DLS_DOWNLOAD',
      status: 'STATUS_UNSUCCESSFUL',
    });
  }
}
