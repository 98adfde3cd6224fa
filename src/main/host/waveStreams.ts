import type { Disposable } from '../../contract/disposable.ts';
import type { WaveFormatRecord } from '../../contract/hardware.ts';
import type { ReferenceTime } from '../../contract/units.ts';
import { formatOfRecord } from '../engine/portcls/wave/pcmFormats.ts';
import { FilterBanks } from '../wave/resampling/filterBank.ts';
import { FedWaveStream, type FedWaveEvents } from './fedWaveStream.ts';
import { WaveFeeders } from './waveFeeders.ts';
import { WaveStream } from './waveStream.ts';

export interface WaveStreamRequest {
  readonly format: WaveFormatRecord;
  /** Frames per second of the device. */
  readonly sampleRate: number;
  /** Longest block that will be asked for. */
  readonly maxBlockFrames: number;
  /** Engine time. */
  now(): ReferenceTime;
  readonly events: FedWaveEvents;
}

/** The wave streams of a host: they share the filters of their sample-rate converters and the thread that feeds them. */
export class WaveStreams implements Disposable {
  readonly #banks = new FilterBanks();
  readonly #feeders = new WaveFeeders();

  /** @throws KsError STATUS_NO_MATCH for samples of a width that there is not */
  open({ format, sampleRate, maxBlockFrames, now, events }: WaveStreamRequest): FedWaveStream {
    const wave = new WaveStream({
      format: formatOfRecord(format),
      sampleRate,
      maxBlockFrames,
      quality: 'advanced',
      banks: this.#banks,
      now,
    });
    return new FedWaveStream(wave, format, this.#feeders, events);
  }

  dispose(): void {
    this.#feeders.dispose();
  }
}
