/**
 * What the nodes of wave pin instances are set to, as it crosses to the device host: what stands between the data of a
 * stream and the card's input. Specification 2.5, 2.6.
 */

/** DS3DVECTOR */
export interface Vector {
  x: number;
  y: number;
  z: number;
}

/** KSDS3D_LISTENER_ALL */
export interface SoundListener {
  position: Vector;
  velocity: Vector;
  orientFront: Vector;
  orientTop: Vector;
  distanceFactor: number;
  rolloffFactor: number;
  dopplerFactor: number;
}

/** KSDS3D_BUFFER_ALL */
export interface SoundSource {
  position: Vector;
  velocity: Vector;
  /** Degrees. */
  insideConeAngle: number;
  outsideConeAngle: number;
  coneOrientation: Vector;
  /** 1/100 dB */
  coneOutsideVolume: number;
  minDistance: number;
  maxDistance: number;
  mode: 'NORMAL' | 'HEADRELATIVE' | 'DISABLE';
}

/** What changes of one stream; what is left out stays. */
export interface WaveMix {
  /** Volume node: linear, one per channel of the stream. */
  volumes?: number[];
  /** Supermix node: linear, index = channel · 2 + side. */
  matrix?: number[];
  /** Pan node: linear. */
  sides?: [left: number, right: number];
  /** 3D node. */
  source?: SoundSource;
  /** Head-related transfer functions place it, rather than amplitudes. At most `MAX_HRTF_STREAMS` at once. */
  hrtf?: boolean;
  /** Sample rate node: how well it converts. KSAUDIO_QUALITY. */
  quality?: 'worst' | 'pc' | 'basic' | 'advanced';
  /** Sample rate node: Hz at which the data is played. */
  rate?: number;
}

/** Each of them has a row of chunks of its own, and the audio library's control channel is short. */
export const MAX_HRTF_STREAMS = 4;

/** The rate at which data is played is at most this factor above or below its own. */
export const MOST_RATE_CHANGE = 4;
