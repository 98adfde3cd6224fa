import {
  ksLevel,
  ksLevelToGain,
  decibelsToKsLevel,
  gainToDecibels,
  type KsLevel,
} from '../../../contract/units.ts';
import {
  MOST_RATE_CHANGE,
  type SoundListener,
  type SoundSource,
  type WaveMix,
} from '../../../contract/waveMix.ts';
import type { DataFormat } from '../../engine/ks/format.ts';
import type { Guid } from '../../engine/ks/guid.ts';
import type { LevelRangeDescription } from '../../engine/ks/nodes/level.ts';
import { Sound3dListener, type Sound3dBuffer } from '../../engine/ks/nodes/sound3d.ts';
import { SPEAKER_CONFIG } from '../../engine/ks/nodes/speakers.ts';
import { AUDIO_QUALITY, type MixLevel } from '../../engine/ks/properties/audio.ts';
import { DS3DALG, KSDSOUND_BUFFER_CTRL_3D } from '../../engine/ks/properties/sound3d.ts';
import { KsError } from '../../engine/ks/status.ts';
import { channelMaskOf } from '../../engine/portcls/wave/pcmFormats.ts';
import { channelMatrix } from '../../wave/mixing/channelMatrix.ts';
import type { CardHardware, CardWaveStream } from './cardHardware.ts';

/** Channels of the sum. */
export const MIX_OUTPUTS = 2;
/** Channels a stream may have. */
export const MOST_CHANNELS = 8;
/** What a volume or pan node can do: DirectSound's range. Its lowest level is silence. */
export const STREAM_RANGE: LevelRangeDescription = {
  minimum: decibelsToKsLevel(-100),
  maximum: ksLevel(0),
  // Finer than DirectSound's 1/100 dB.
  step: ksLevel(0x100),
};
/** Hz: DSBFREQUENCY_MIN and _MAX. */
export const RATES = { minimum: 100, maximum: 200_000 } as const;

const QUALITIES = new Map<number, NonNullable<WaveMix['quality']>>([
  [AUDIO_QUALITY.WORST, 'worst'],
  [AUDIO_QUALITY.PC, 'pc'],
  [AUDIO_QUALITY.BASIC, 'basic'],
  [AUDIO_QUALITY.ADVANCED, 'advanced'],
]);

const gainOf = (level: KsLevel, minimum: KsLevel): number => (level <= minimum ? 0 : ksLevelToGain(level));
const silences = (count: number): KsLevel[] => Array.from({ length: count }, () => ksLevel(0));

/** What instances opened later begin with: set on the filter handle. Specification 1.8. */
interface InstanceDefaults {
  readonly levels: KsLevel[];
  readonly pan: KsLevel[];
  quality: number;
}

/**
 * The mixer behind the PCM pins: what the nodes of every instance are set to, and the one listener. What is set in one
 * turn goes to the hardware in one command, at its end or before a stream changes its state.
 */
export class WaveMixer {
  readonly listener = new Sound3dListener(() => this.#soon());
  readonly defaults: InstanceDefaults = {
    levels: silences(MOST_CHANNELS),
    pan: silences(MIX_OUTPUTS),
    quality: AUDIO_QUALITY.BASIC,
  };
  /** KSPROPERTY_AUDIO_CHANNEL_CONFIG */
  speakers: number = SPEAKER_CONFIG.STEREO;
  readonly #hardware: Pick<CardHardware, 'mixWaves'>;
  readonly #hrtfStreams: number;
  readonly #instances = new Set<WaveInstance>();
  #heard: SoundListener | undefined;
  #waiting = false;

  /** `hrtfStreams`: how many streams head-related transfer functions can place. */
  constructor(hardware: Pick<CardHardware, 'mixWaves'>, hrtfStreams: number) {
    this.#hardware = hardware;
    this.#hrtfStreams = hrtfStreams;
  }

  open(stream: CardWaveStream, format: DataFormat): WaveInstance {
    const control = format.dsound?.control ?? 0;
    const buffer = this.listener.openBuffer(control & KSDSOUND_BUFFER_CTRL_3D ? 'NORMAL' : 'DISABLE');
    const instance = new WaveInstance(this, stream, format, buffer, () => this.#soon());
    this.#instances.add(instance);
    this.#soon();
    return instance;
  }

  close(instance: WaveInstance): void {
    this.#instances.delete(instance);
    this.listener.closeBuffer(instance.buffer);
  }

  /** One more stream may be placed by head-related transfer functions. */
  get hasFreeHrtf(): boolean {
    let used = 0;
    for (const { hrtf } of this.#instances) if (hrtf) used++;
    return used < this.#hrtfStreams;
  }

  /** Sends what has changed. */
  flush(): void {
    this.#waiting = false;
    const mixes = [...this.#instances].flatMap((instance) => {
      const mix = instance.take();
      return mix ? [{ stream: instance.stream, mix }] : [];
    });
    const { effective } = this.listener;
    const placed = effective !== this.#heard;
    if (mixes.length === 0 && !placed) return;
    this.#heard = effective;
    this.#hardware.mixWaves(mixes, placed ? effective : undefined);
  }

  #soon(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    queueMicrotask(() => {
      if (this.#waiting) this.flush();
    });
  }
}

/** What the nodes of one pin instance are set to. */
export class WaveInstance {
  readonly stream: CardWaveStream;
  readonly channels: number;
  readonly buffer: Sound3dBuffer;
  readonly #mixer: WaveMixer;
  readonly #changed: () => void;
  readonly #ownRate: number;
  readonly #levels: KsLevel[];
  readonly #pan: KsLevel[];
  readonly #mixLevels: MixLevel[];
  #quality: number;
  #rate: number;
  #algorithm: Guid = DS3DALG.DEFAULT;
  #hrtf = false;
  #sentSource: SoundSource | undefined;
  /** Not sent yet. */
  #pending: WaveMix = {};

  constructor(
    mixer: WaveMixer,
    stream: CardWaveStream,
    format: DataFormat,
    buffer: Sound3dBuffer,
    changed: () => void,
  ) {
    const { channels = 1, samplesPerSec = 0 } = format.wave ?? {};
    const { levels, pan, quality } = mixer.defaults;
    this.#mixer = mixer;
    this.stream = stream;
    this.channels = channels;
    this.buffer = buffer;
    this.#changed = changed;
    this.#ownRate = this.#rate = samplesPerSec;
    this.#levels = levels.slice(0, channels);
    this.#pan = [...pan];
    this.#mixLevels = Array.from(channelMatrix(channelMaskOf(format), SPEAKER_CONFIG.STEREO), (gain) => ({
      mute: gain === 0,
      level: gain === 0 ? MIX_RANGE.minimum : decibelsToKsLevel(gainToDecibels(gain)),
    }));
    // What DirectSound plays converts as well as its user asks for; all other streams as well as can be. RULE-6.
    this.#quality = format.dsound ? quality : AUDIO_QUALITY.ADVANCED;
    this.#pending = { quality: QUALITIES.get(this.#quality)! };
    if (this.#levels.some((level) => level !== 0)) this.#changeVolumes();
    if (this.#pan.some((level) => level !== 0)) this.#changeSides();
    // A buffer that is not placed is as good as none.
    if (buffer.effective.mode === 'DISABLE') this.#sentSource = buffer.effective;
  }

  level(channel: number): KsLevel {
    return this.#levels[channel]!;
  }

  setLevel(channel: number, level: KsLevel): void {
    this.#levels[channel] = level;
    this.#changeVolumes();
  }

  pan(side: number): KsLevel {
    return this.#pan[side]!;
  }

  setPan(side: number, level: KsLevel): void {
    this.#pan[side] = level;
    this.#changeSides();
  }

  mixLevel(input: number, output: number): MixLevel {
    return this.#mixLevels[input * MIX_OUTPUTS + output]!;
  }

  setMixLevel(input: number, output: number, level: MixLevel): void {
    this.#mixLevels[input * MIX_OUTPUTS + output] = level;
    const matrix = this.#mixLevels.map(({ mute, level: each }) =>
      mute ? 0 : gainOf(each, MIX_RANGE.minimum),
    );
    this.#change({ matrix });
  }

  get quality(): number {
    return this.#quality;
  }

  set quality(quality: number) {
    this.#quality = quality;
    this.#change({ quality: QUALITIES.get(quality)! });
  }

  get rate(): number {
    return this.#rate;
  }

  /** @throws KsError STATUS_INVALID_PARAMETER for a rate too far from the stream's own */
  set rate(rate: number) {
    const ratio = rate / this.#ownRate;
    if (ratio > MOST_RATE_CHANGE || ratio < 1 / MOST_RATE_CHANGE) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `Data of ${this.#ownRate} Hz can be played at ${this.#ownRate / MOST_RATE_CHANGE} to ${this.#ownRate * MOST_RATE_CHANGE} Hz.`,
      );
    }
    this.#rate = rate;
    this.#change({ rate });
  }

  /** Head-related transfer functions place it. */
  get hrtf(): boolean {
    return this.#hrtf;
  }

  /** DS3DALG_* in use: what was asked for, or NO_VIRTUALIZATION in its place. */
  get algorithm(): Guid {
    return this.#hrtf ? this.#algorithm : DS3DALG.NO_VIRTUALIZATION;
  }

  /** The last algorithm asked for was not free. */
  get algorithmSubstituted(): boolean {
    return wantsHrtf(this.#algorithm) && !this.#hrtf;
  }

  /**
   * Asks for an algorithm. One that is not free is not waited for: amplitudes place the stream until it is asked for
   * again. @throws KsError STATUS_NOT_SUPPORTED where only a stream of one channel can be placed
   */
  askForAlgorithm(algorithm: Guid): void {
    if (wantsHrtf(algorithm)) this.requireMono();
    this.#algorithm = algorithm;
    this.#hrtf = wantsHrtf(algorithm) && (this.#hrtf || this.#mixer.hasFreeHrtf);
    this.#change({ hrtf: this.#hrtf });
  }

  /** @throws KsError STATUS_NOT_SUPPORTED: a place in space has one channel */
  requireMono(): void {
    if (this.channels === 1) return;
    throw new KsError(
      'STATUS_NOT_SUPPORTED',
      `Only streams of one channel are placed in space; this one has ${this.channels}.`,
    );
  }

  /** What has changed since the last time; undefined when nothing has. */
  take(): WaveMix | undefined {
    const source = this.buffer.effective;
    if (source !== this.#sentSource) this.#pending.source = this.#sentSource = source;
    const pending = this.#pending;
    if (Object.keys(pending).length === 0) return undefined;
    this.#pending = {};
    return pending;
  }

  /** Before the stream's state changes: what was set before that is heard from its first frame on. */
  flush(): void {
    this.#mixer.flush();
  }

  close(): void {
    this.#mixer.close(this);
  }

  #changeVolumes(): void {
    this.#change({ volumes: this.#levels.map((level) => gainOf(level, STREAM_RANGE.minimum)) });
  }

  #changeSides(): void {
    const [left, right] = this.#pan.map((level) => gainOf(level, STREAM_RANGE.minimum)) as [number, number];
    this.#change({ sides: [left, right] });
  }

  #change(mix: WaveMix): void {
    Object.assign(this.#pending, mix);
    this.#changed();
  }
}

/** Of a path of the supermix: any level, so that halves of a power are told exactly enough. Its lowest is silence. */
export const MIX_RANGE: LevelRangeDescription = { ...STREAM_RANGE, step: ksLevel(1) };

const wantsHrtf = (algorithm: Guid): boolean =>
  algorithm === DS3DALG.HRTF_FULL || algorithm === DS3DALG.HRTF_LIGHT;
