import * as v from 'valibot';

/** Most bytes of a file in one call. */
export const UPLOAD_CHUNK_BYTES = 1024 * 1024;

/** A file that comes in pieces: its name without a folder, and all its bytes. */
export const uploadSchema = v.strictObject({
  name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_000)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
export const uploadIdSchema = v.pipe(v.number(), v.integer());
export const uploadChunkSchema = v.pipe(
  v.instance(Uint8Array<ArrayBufferLike>),
  v.maxLength(UPLOAD_CHUNK_BYTES),
);
