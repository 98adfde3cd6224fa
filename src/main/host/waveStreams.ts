import type { Worker } from 'node:worker_threads';
import type { Disposable } from '../../contract/disposable.ts';
import type { HostCommand, WaveFormatRecord } from '../../contract/hardware.ts';
import type { ReferenceTime } from '../../contract/units.ts';
import type { SoundListener } from '../../contract/waveMix.ts';
import { formatOfRecord } from '../engine/portcls/wave/pcmFormats.ts';
import { isBursts } from '../wave/iec61937/codedFormat.ts';
import { FilterBanks } from '../wave/resampling/filterBank.ts';
import { BurstStream } from './burstStream.ts';
import { MonitorStream, type MonitorStreamOptions } from './capture/monitorStream.ts';
import { FedWaveStream, type FedWaveEvents } from './fedWaveStream.ts';
import { WaveFeeders } from './waveFeeders.ts';
import { WaveStream } from './waveStream.ts';

type MixCommand = Extract<HostCommand, { type: 'mixWaves' }>;

export interface WaveStreamRequest {
  /** Its number. */
  readonly stream: number;
  readonly format: WaveFormatRecord;
  /** Frames per second of the device. */
  readonly sampleRate: number;
  /** Longest block that will be asked for. */
  readonly maxBlockFrames: number;
  /** Engine time. */
  now(): ReferenceTime;
  readonly events: FedWaveEvents;
}

/**
 * The wave streams of a host: they share the filters of their sample-rate converters, the thread that feeds them and
 * the listener.
 */
export class WaveStreams implements Disposable {
  readonly #banks = new FilterBanks();
  readonly #feeders = new WaveFeeders();
  readonly #streams = new Map<number, FedWaveStream>();
  #listener: SoundListener | undefined;

  /** @throws KsError STATUS_NO_MATCH for samples of a width that there is not */
  open({ stream, format, sampleRate, maxBlockFrames, now, events }: WaveStreamRequest): FedWaveStream {
    const device = { format: formatOfRecord(format), sampleRate, maxBlockFrames, now };
    const wave = isBursts(format)
      ? new BurstStream(device)
      : new WaveStream({ ...device, quality: 'advanced', banks: this.#banks });
    const fed = new FedWaveStream(wave, format, this.#feeders, events, () => this.#streams.delete(stream));
    this.#streams.set(stream, fed);
    if (this.#listener) fed.hear(this.#listener);
    return fed;
  }

  /** Between two blocks, so that all of it is heard from the same frame on. */
  mix({ listener, streams }: MixCommand): void {
    for (const { stream, mix } of streams) this.#streams.get(stream)?.mix(mix);
    if (!listener) return;
    this.#listener = listener;
    for (const stream of this.#streams.values()) stream.hear(listener);
  }

  /** The monitored input of the card's capture side. */
  openMonitor(options: Omit<MonitorStreamOptions, 'banks'>): MonitorStream {
    return new MonitorStream({ ...options, banks: this.#banks });
  }

  /** The thread that feeds them, while it is there. */
  get feederThread(): Worker | undefined {
    return this.#feeders.thread;
  }

  /** Of their cyclic buffers. */
  get bufferBytes(): number {
    let bytes = 0;
    for (const { bufferBytes } of this.#streams.values()) bytes += bufferBytes;
    return bytes;
  }

  /** Ends the thread that feeds, unless a stream is open that it feeds. */
  rest(): void {
    this.#feeders.rest();
  }

  dispose(): void {
    this.#feeders.dispose();
  }
}
