import type { Disposable } from '../../../contract/disposable.ts';
import type { Connection } from './connection.ts';
import { COMMAND, INVALID_INDEX } from './protocol.ts';

export interface RecordStreamOptions {
  /** Name of the source. */
  readonly source: string;
  /** Frames per second; the server converts where the source has another rate. */
  readonly rate: number;
  /** Position of each channel, as `front-left`. */
  readonly positions: readonly string[];
  /** Frames after which the server sends what it has. */
  readonly fragmentFrames: number;
  /** The highest magnitudes instead of the sound, of a source that may sleep meanwhile. */
  readonly peaks?: boolean;
  /** What the request is for, in errors. */
  readonly purpose: string;
  readonly properties: ReadonlyMap<string, string>;
  /** Whole frames of 32-bit floats, interleaved. */
  data(bytes: Buffer): void;
  /** The source or the server is gone; not after `dispose`. */
  ended?(): void;
}

export const FLOAT_BYTES = 4;
/** PA_VOLUME_NORM */
const UNITY = 0x10000;

/** Records from a source until the answer is disposed. Rejects with `not-found` when there is no such source. */
export async function openRecordStream(
  connection: Connection,
  options: RecordStreamOptions,
): Promise<Disposable> {
  const { source, rate, positions, fragmentFrames, peaks = false, purpose, properties } = options;
  const channels = positions.length;
  const answer = await connection.request(COMMAND.createRecordStream, purpose, (fields) => {
    fields
      .putSampleSpec({ format: 'float32le', channels, rate })
      .putChannelMap(positions)
      .putU32(INVALID_INDEX)
      .putString(source)
      .putU32(INVALID_INDEX) // maximum length: the server's choice
      .putBoolean(false) // corked
      .putU32(fragmentFrames * channels * FLOAT_BYTES);
    fields
      .putBoolean(false) // no remapping
      .putBoolean(peaks) // no remixing: levels are those of the source's own channels
      .putBoolean(false) // format, rate and channels are ours and not the source's
      .putBoolean(false)
      .putBoolean(false)
      .putBoolean(true) // not to be moved
      .putBoolean(false) // variable rate
      .putBoolean(peaks)
      .putBoolean(true) // adjust latency
      .putPropertyList(properties)
      .putU32(INVALID_INDEX) // of all streams of the source
      .putBoolean(false) // early requests
      .putBoolean(peaks) // the device may be suspended as if nobody listened
      .putBoolean(false) // fail on suspend
      .putU8(0) // formats beyond the sample specification
      .putChannelVolumes(positions.map(() => UNITY))
      .putBoolean(false) // muted
      .putBoolean(!peaks) // volume is set: not the one the server remembers of earlier streams
      .putBoolean(!peaks) // mute is set
      .putBoolean(false) // relative volume
      .putBoolean(false); // pass-through
  });
  const channel = answer.getU32();
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    for (const each of subscriptions) each.dispose();
    options.ended?.();
  };
  const subscriptions = [
    connection.onData((data) => data.channel === channel && options.data(data.bytes)),
    connection.onNotification(({ command, reader }) => {
      if (command === COMMAND.recordStreamKilled && reader.getU32() === channel) end();
    }),
    connection.onClose(end),
  ];
  return {
    dispose() {
      if (over) return;
      over = true;
      for (const each of subscriptions) each.dispose();
      // A connection that is over has no streams left.
      connection
        .request(COMMAND.deleteRecordStream, 'end a recording', (fields) => fields.putU32(channel))
        .catch(() => {});
    },
  };
}
