import type { BurstCoding, WaveFormatRecord } from '../../../contract/hardware.ts';

/** The format of a stream of bursts; `rate` is that of the link, Hz. */
export function burstRecord(coding: BurstCoding, rate: number): WaveFormatRecord {
  return {
    encoding: coding,
    channels: 2,
    sampleRate: rate,
    containerBits: 16,
    validBits: 16,
    channelMask: 0,
  };
}

/** A stream whose words are data: it is neither mixed nor converted. */
export function isBursts({ encoding }: WaveFormatRecord): boolean {
  return encoding !== 'pcm' && encoding !== 'float';
}
