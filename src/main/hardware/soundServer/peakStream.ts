import type { Disposable } from '../../../contract/disposable.ts';
import type { Connection } from './connection.ts';
import { COMMAND, INVALID_INDEX } from './protocol.ts';

/** Peaks a second. */
const PEAK_RATE = 25;
const FLOAT_BYTES = 4;

/**
 * A record stream of a source in the server's peak mode: instead of sound, the highest magnitude of every channel
 * since the last time, a few times a second. Rejects with `not-found` when there is no such source.
 *
 * @param onPeaks linear, one per channel; the array is used again for the next ones.
 */
export async function openPeakStream(
  connection: Connection,
  source: string,
  positions: readonly string[],
  onPeaks: (peaks: Float32Array) => void,
): Promise<Disposable> {
  const channels = positions.length;
  const answer = await connection.request(
    COMMAND.createRecordStream,
    `read the level of ${source}`,
    (fields) => {
      fields
        .putSampleSpec({ format: 'float32le', channels, rate: PEAK_RATE })
        .putChannelMap(positions)
        .putU32(INVALID_INDEX)
        .putString(source)
        .putU32(INVALID_INDEX) // maximum length: the server's choice
        .putBoolean(false) // corked
        .putU32(channels * FLOAT_BYTES); // fragment size: one peak at a time
      for (const flag of STREAM_FLAGS) fields.putBoolean(flag);
      fields
        .putBoolean(true) // peak detect
        .putBoolean(true) // adjust latency
        .putPropertyList(STREAM_PROPERTIES)
        .putU32(INVALID_INDEX) // of all streams of the source
        .putBoolean(false) // early requests
        .putBoolean(true) // the device may be suspended as if nobody listened
        .putBoolean(false) // fail on suspend
        .putU8(0) // formats beyond the sample specification
        .putChannelVolumes(positions.map(() => 0x10000))
        .putBoolean(false) // muted
        .putBoolean(false) // volume is set
        .putBoolean(false) // mute is set
        .putBoolean(false) // relative volume
        .putBoolean(false); // pass-through
    },
  );
  const channel = answer.getU32();
  const peaks = new Float32Array(channels);
  const subscription = connection.onData((data) => {
    if (data.channel !== channel) return;
    const { bytes } = data;
    peaks.fill(0);
    for (let offset = 0; offset + FLOAT_BYTES <= bytes.length; offset += FLOAT_BYTES) {
      const at = (offset / FLOAT_BYTES) % channels;
      peaks[at] = Math.max(peaks[at]!, Math.abs(bytes.readFloatLE(offset)));
    }
    onPeaks(peaks);
  });
  return {
    dispose() {
      subscription.dispose();
      // A connection that is over has no streams left.
      connection
        .request(COMMAND.deleteRecordStream, 'end a level reading', (fields) => fields.putU32(channel))
        .catch(() => {});
    },
  };
}

/** No remapping, no remixing, fixed format, rate and channels, not to be moved, variable rate. */
const STREAM_FLAGS = [false, true, false, false, false, true, false];

const STREAM_PROPERTIES = new Map([
  ['media.name', 'Peak meter'],
  // Desktops that show who listens to a microphone leave level meters out by this name.
  ['media.role', 'level-meter'],
]);
