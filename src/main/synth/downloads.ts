import type { Disposable } from '../../contract/disposable.ts';
import type {
  ArticulationDownload,
  ArticulationParameters,
  DlsDownload,
  InstrumentDownload,
  RegionDownload,
  WaveDownload,
} from '../engine/portcls/dmus/dlsDownload.ts';
import { PATCH_DRUMS } from '../engine/portcls/dmus/dlsDownload.ts';
import type { CollectionSynth } from './collectionSynth.ts';
import { ArticulationOffsets, articulationOf, levelOneBlock } from './collections/dls/articulation.ts';
import { Destination, Source, type ConnectionBlock } from './collections/dls/connections.ts';
import type { Collection, Loop, Region, Sample } from './collections/model.ts';
import type { KernelMemory } from './kernel/memory.ts';
import { LoadedCollection } from './loadedCollection.ts';

/** F_RGN_OPTION_SELFNONEXCLUSIVE */
const SELF_NON_EXCLUSIVE = 1;
/** F_WAVELINK_MULTICHANNEL, and the channels it tells apart. */
const MULTICHANNEL = 2;
const LEFT = 1;
const RIGHT = 2;
const HARD_SIDE = 50;
/** lAttenuation and the levels of connections: 16.16 of a tenth of a dB. */
const PER_DECIBEL = 655_360;
/** WLOOP_TYPE_RELEASE */
const LOOP_RELEASE = 1;

type Entry =
  | { readonly kind: 'wave'; readonly wave: WaveDownload; isUnloading: boolean }
  | {
      readonly kind: 'instrument';
      readonly instrument: InstrumentDownload;
      readonly loaded: LoadedCollection;
    };

/**
 * What one client downloaded to its synthesizer, by handle. Ids of waves are the client's own: others may use the
 * same. Specification 4.8.
 *
 * An instrument takes its waves from those that are there when it comes; it can be unloaded while it sounds, and is
 * gone when the last of its voices is. A wave goes when no instrument links to it any more.
 */
export class Downloads implements Disposable {
  readonly #memory: KernelMemory;
  readonly #synth: CollectionSynth;
  readonly #onUnloaded: (handle: number) => void;
  readonly #entries = new Map<number, Entry>();
  /** Instruments that are unloaded and still sound, by handle. */
  readonly #fading = new Map<number, InstrumentDownload>();

  /** `onUnloaded` is told when an unloaded handle is gone, perhaps within the call of `unload`. */
  constructor(memory: KernelMemory, synth: CollectionSynth, onUnloaded: (handle: number) => void) {
    this.#memory = memory;
    this.#synth = synth;
    this.#onUnloaded = onUnloaded;
  }

  /** Handles that are there, those that only wait for their last use included. */
  get size(): number {
    return this.#entries.size + this.#fading.size;
  }

  /**
   * Takes over one object under a new handle. @throws PinwheelError `bad-input` for an instrument whose waves were
   * not downloaded, STATUS_NO_MEMORY when its waves find no room
   */
  add(handle: number, download: DlsDownload): void {
    if (download.kind === 'wave') {
      this.#entries.set(handle, { kind: 'wave', wave: download, isUnloading: false });
      return;
    }
    const collection = collectionOf(download, (id) => this.#findWave(id));
    const loaded = LoadedCollection.load(collection, this.#memory);
    this.#entries.set(handle, { kind: 'instrument', instrument: download, loaded });
    this.#synth.addCollection(loaded);
  }

  /** No later note uses the object. Unknown handles are ignored. */
  unload(handle: number): void {
    const entry = this.#entries.get(handle);
    if (entry === undefined) return;
    if (entry.kind === 'wave') {
      entry.isUnloading = true;
      this.#dropWaves();
      return;
    }
    this.#entries.delete(handle);
    this.#fading.set(handle, entry.instrument);
    this.#synth.removeCollection(entry.loaded);
    entry.loaded.dispose(() => {
      this.#fading.delete(handle);
      this.#onUnloaded(handle);
      this.#dropWaves();
    });
  }

  /** Unloads everything. */
  dispose(): void {
    for (const handle of [...this.#entries.keys()]) this.unload(handle);
  }

  #findWave(id: number): WaveDownload | undefined {
    // Of two with one id the later one counts.
    let found: WaveDownload | undefined;
    for (const entry of this.#entries.values())
      if (entry.kind === 'wave' && entry.wave.id === id && !entry.isUnloading) found = entry.wave;
    return found;
  }

  /** Ends the unloading of waves that no instrument links to any more. */
  #dropWaves(): void {
    const linked = new Set<number>();
    const instruments = [...this.#fading.values()];
    for (const entry of this.#entries.values())
      if (entry.kind === 'instrument') instruments.push(entry.instrument);
    for (const { regions } of instruments) for (const { wave } of regions) linked.add(wave);
    for (const [handle, entry] of this.#entries) {
      if (entry.kind !== 'wave' || !entry.isUnloading || linked.has(entry.wave.id)) continue;
      this.#entries.delete(handle);
      this.#onUnloaded(handle);
    }
  }
}

/** A downloaded instrument and its waves as a collection of one instrument. */
function collectionOf(
  instrument: InstrumentDownload,
  waveOf: (id: number) => WaveDownload | undefined,
): Collection {
  const samples: Sample[] = [];
  const indices = new Map<string, number>();
  const common = new ArticulationOffsets(articulationOf(blocksOf(instrument.articulation)));
  const regions = instrument.regions.flatMap((region): Region[] => {
    const wave = waveOf(region.wave);
    if (wave === undefined) throw missingWave(region.wave);
    const side = (region.linkOptions & MULTICHANNEL) === 0 ? 0 : region.channel;
    const key = `${region.wave} ${side}`;
    let sample = indices.get(key);
    if (sample === undefined) {
      sample = samples.push(sampleOf(wave, side)) - 1;
      indices.set(key, sample);
    }
    const own = region.articulation;
    const articulation = own === undefined ? common : new ArticulationOffsets(articulationOf(blocksOf(own)));
    return [regionOf(region, sample, samples[sample]!.frames, articulation, side)];
  });
  const { patch } = instrument;
  return {
    format: 'dls',
    name: `download ${instrument.id}`,
    copyright: '',
    author: '',
    comment: '',
    samples,
    instruments: [
      {
        name: '',
        bankMsb: (patch >> 16) & 0x7f,
        bankLsb: (patch >> 8) & 0x7f,
        program: patch & 0x7f,
        isDrum: (patch & PATCH_DRUMS) !== 0,
        regions,
      },
    ],
  };
}

function regionOf(
  region: RegionDownload,
  sample: number,
  frames: number,
  articulation: ArticulationOffsets,
  side: number,
): Region {
  const { waveSample } = region;
  return {
    keys: { low: region.keyLow, high: region.keyHigh },
    // Level 1 has no velocities: 0 to 0 is all.
    velocities:
      region.velocityHigh === 0
        ? { low: 0, high: 127 }
        : { low: region.velocityLow, high: region.velocityHigh },
    exclusiveClass: region.keyGroup,
    isSelfExclusive: (region.options & SELF_NON_EXCLUSIVE) === 0,
    sample,
    rootKey: waveSample.unityNote,
    loop: loopOf(waveSample.loop, frames),
    partner: -1,
    articulation: articulation.with({
      pitch: waveSample.fineTune,
      attenuation: -waveSample.gain / PER_DECIBEL,
      pan: side === LEFT ? -HARD_SIDE : side === RIGHT ? HARD_SIDE : 0,
    }),
  };
}

function loopOf(loop: RegionDownload['waveSample']['loop'], frames: number): Loop | undefined {
  if (loop === undefined || loop.length === 0 || loop.start >= frames) return undefined;
  const end = Math.min(frames, loop.start + loop.length);
  return { start: loop.start, end, mode: loop.type === LOOP_RELEASE ? 'untilRelease' : 'continuous' };
}

/** One channel of a wave: the named one, or the first. */
function sampleOf(wave: WaveDownload, side: number): Sample {
  const { channels, bitsPerSample, data } = wave;
  const channel = side === RIGHT ? channels - 1 : 0;
  const bytes = bitsPerSample / 8;
  const frames = Math.floor(data.length / (bytes * channels));
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const samples = new Int16Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const at = (frame * channels + channel) * bytes;
    // 8-bit PCM has its middle at 128.
    samples[frame] = bytes === 2 ? view.getInt16(at, true) : (view.getUint8(at) - 128) << 8;
  }
  return { name: '', rate: wave.samplesPerSecond, frames, data: samples, compressed: undefined };
}

function blocksOf(articulation: ArticulationDownload | undefined): readonly ConnectionBlock[] {
  if (articulation === undefined) return [];
  if (articulation.kind === 'connections') return articulation.connections;
  return levelOneBlocks(articulation.parameters).map(levelOneBlock);
}

/** DMUS_ARTICPARAMS as the connections that DLS level 1 has for its fields. */
function levelOneBlocks(fields: ArticulationParameters): ConnectionBlock[] {
  const MODULATION_WHEEL = Source.controller | 1;
  const connect = (source: number, control: number, destination: number, scale: number): ConnectionBlock => ({
    source,
    control,
    destination,
    scale,
    transform: 0,
  });
  const set = (destination: number, scale: number): ConnectionBlock => connect(0, 0, destination, scale);
  return [
    set(Destination.lfoFrequency, fields.lfoFrequency),
    set(Destination.lfoStartDelay, fields.lfoDelay),
    connect(Source.lfo, 0, Destination.gain, fields.lfoVolumeScale),
    connect(Source.lfo, 0, Destination.pitch, fields.lfoPitchScale),
    connect(Source.lfo, MODULATION_WHEEL, Destination.gain, fields.lfoWheelToVolume),
    connect(Source.lfo, MODULATION_WHEEL, Destination.pitch, fields.lfoWheelToPitch),
    set(Destination.eg1AttackTime, fields.volumeAttack),
    set(Destination.eg1DecayTime, fields.volumeDecay),
    set(Destination.eg1SustainLevel, fields.volumeSustain),
    set(Destination.eg1ReleaseTime, fields.volumeRelease),
    connect(Source.keyOnVelocity, 0, Destination.eg1AttackTime, fields.volumeVelocityToAttack),
    connect(Source.keyNumber, 0, Destination.eg1DecayTime, fields.volumeKeyToDecay),
    set(Destination.eg2AttackTime, fields.pitchAttack),
    set(Destination.eg2DecayTime, fields.pitchDecay),
    set(Destination.eg2SustainLevel, fields.pitchSustain),
    set(Destination.eg2ReleaseTime, fields.pitchRelease),
    connect(Source.keyOnVelocity, 0, Destination.eg2AttackTime, fields.pitchVelocityToAttack),
    connect(Source.keyNumber, 0, Destination.eg2DecayTime, fields.pitchKeyToDecay),
    connect(Source.eg2, 0, Destination.pitch, fields.pitchRange),
    set(Destination.pan, fields.pan),
  ].filter(({ source, scale }) => source === 0 || scale !== 0);
}

function missingWave(id: number): Error {
  return new RangeError(`The instrument links to wave ${id}, which was not downloaded before it.`);
}
