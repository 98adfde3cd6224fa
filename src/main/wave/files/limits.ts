import type { ByteSource } from './byteSource.ts';
import { badFile } from './byteSource.ts';

/** What a wave pin of the card can play. */
export const MOST_CHANNELS = 8;
export const RATES = { lowest: 1_000, highest: 768_000 } as const;

/** @throws PinwheelError `bad-input` for a count of channels that cannot be played, claimed at byte `offset` */
export function checkChannels(source: ByteSource, channels: number, offset: number): void {
  if (channels >= 1 && channels <= MOST_CHANNELS) return;
  throw badFile(source, `claims ${channels} channels; 1 to ${MOST_CHANNELS} can be played`, offset);
}

/** @throws PinwheelError `bad-input` for a sample rate that nothing has, claimed at byte `offset` */
export function checkRate(source: ByteSource, sampleRate: number, offset: number): void {
  if (sampleRate >= RATES.lowest && sampleRate <= RATES.highest) return;
  throw badFile(source, `claims a sample rate of ${sampleRate} Hz`, offset);
}
