import type { Disposable } from '../../../contract/disposable.ts';
import type { Connection } from './connection.ts';
import { FLOAT_BYTES, openRecordStream } from './recordStream.ts';

/** Peaks a second. */
const PEAK_RATE = 25;

/**
 * A record stream of a source in the server's peak mode: instead of sound, the highest magnitude of every channel
 * since the last time, a few times a second. Rejects with `not-found` when there is no such source.
 *
 * @param onPeaks linear, one per channel; the array is used again for the next ones.
 */
export function openPeakStream(
  connection: Connection,
  source: string,
  positions: readonly string[],
  onPeaks: (peaks: Float32Array) => void,
): Promise<Disposable> {
  const peaks = new Float32Array(positions.length);
  return openRecordStream(connection, {
    source,
    rate: PEAK_RATE,
    positions,
    fragmentFrames: 1,
    peaks: true,
    purpose: `read the level of ${source}`,
    properties: STREAM_PROPERTIES,
    data(bytes) {
      peaks.fill(0);
      for (let offset = 0; offset + FLOAT_BYTES <= bytes.length; offset += FLOAT_BYTES) {
        const at = (offset / FLOAT_BYTES) % peaks.length;
        peaks[at] = Math.max(peaks[at]!, Math.abs(bytes.readFloatLE(offset)));
      }
      onPeaks(peaks);
    },
  });
}

const STREAM_PROPERTIES = new Map([
  ['media.name', 'Peak meter'],
  // Desktops that show who listens to a microphone leave level meters out by this name.
  ['media.role', 'level-meter'],
]);
