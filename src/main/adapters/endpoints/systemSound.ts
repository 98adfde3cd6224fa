import type { Disposable } from '../../../contract/disposable.ts';
import type { Event } from '../../../contract/emitter.ts';

/**
 * The machine's own sound system as its driver sees it: what the sound server says of cards, devices and streams, and
 * what can be asked of it. Gains are linear, one per channel.
 */

/** A connector of a device. */
export interface EndpointPort {
  readonly name: string;
  readonly description: string;
  readonly available: 'unknown' | 'no' | 'yes';
  /** `speaker`, `headphones`, `hdmi`, `mic` ...; `unknown` where the server does not tell. */
  readonly type: string;
}

/** A sink or a source. */
export interface EndpointDevice {
  /** Stable over restarts. */
  readonly name: string;
  readonly index: number;
  readonly description: string;
  /** Position of each channel, as `front-left`. */
  readonly channelMap: readonly string[];
  readonly volume: readonly number[];
  readonly baseVolume: number;
  readonly mute: boolean;
  readonly card: number | undefined;
  readonly ports: readonly EndpointPort[];
  readonly activePort: string | undefined;
  readonly sampleSpec: { readonly channels: number; readonly rate: number };
  readonly properties: ReadonlyMap<string, string>;
  /** Of a source: the sink it monitors; undefined for a real input. */
  readonly monitorOf?: string | undefined;
}

export interface EndpointCard {
  readonly index: number;
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
}

/** A playback stream of some program. */
export interface ProgramStream {
  /** The server's number for it; not used again until the server is restarted. */
  readonly index: number;
  readonly name: string;
  /** Index of the sink it plays on. */
  readonly sink: number | undefined;
  readonly channelMap: readonly string[];
  /** Empty when the stream has no volume of its own. */
  readonly volume: readonly number[];
  readonly mute: boolean;
  /** Paused by its program. */
  readonly corked: boolean;
  readonly sampleSpec: { readonly channels: number; readonly rate: number };
  readonly properties: ReadonlyMap<string, string>;
}

export interface SystemSoundState {
  readonly sinks: readonly EndpointDevice[];
  readonly sources: readonly EndpointDevice[];
  readonly cards: readonly EndpointCard[];
  readonly streams: readonly ProgramStream[];
}

export type Direction = 'render' | 'capture';

/** A pin of another adapter's filter that a device is wired to. */
export interface HardwareWire {
  /** Symbolic link of the filter. */
  readonly link: string;
  readonly pin: number;
}

/** The cards behind the server's devices, where their own mixers are filters, too. */
export interface HardwareWires {
  readonly onChange: Event<void>;
  /** The pin that the samples of programs go through, on the card of that ALSA number. */
  wire(direction: Direction, card: number): HardwareWire | undefined;
}

/** Requests reject with a `PinwheelError` when the server is away, does not answer or refuses. */
export interface SystemSound {
  readonly state: SystemSoundState;
  readonly onState: Event<unknown>;
  setDeviceGains(direction: Direction, name: string, gains: readonly number[]): Promise<void>;
  setDeviceMute(direction: Direction, name: string, mute: boolean): Promise<void>;
  /** Linear peaks of a device, one per channel, until the answer is disposed. */
  watchPeaks(direction: Direction, name: string, onPeaks: (peaks: Float32Array) => void): Disposable;
  setStreamGains(index: number, gains: readonly number[]): Promise<void>;
  setStreamMute(index: number, mute: boolean): Promise<void>;
}
