import { UPLOAD_CHUNK_BYTES } from '../../contract/upload.ts';

/** Whoever takes files in pieces. */
export interface UploadTarget<Result> {
  beginUpload(file: { name: string; size: number }): Promise<number>;
  upload(id: number, bytes: Uint8Array): Promise<void>;
  finishUpload(id: number): Promise<Result>;
  cancelUpload(id: number): Promise<void>;
}

/**
 * Sends a file piece by piece, each when the one before was taken: a film's length of sound is never in memory.
 * `onSent` gets 0 to 1.
 */
export async function upload<Result>(
  target: UploadTarget<Result>,
  file: File,
  onSent: (sent: number) => void,
): Promise<Result> {
  const id = await target.beginUpload({ name: file.name, size: file.size });
  try {
    for (let at = 0; at < file.size; at += UPLOAD_CHUNK_BYTES) {
      const piece = await file.slice(at, at + UPLOAD_CHUNK_BYTES).arrayBuffer();
      await target.upload(id, new Uint8Array(piece));
      onSent(Math.min(1, (at + UPLOAD_CHUNK_BYTES) / file.size));
    }
  } catch (error) {
    // The failure itself is told; pieces that stay are removed when nothing follows them.
    await target.cancelUpload(id).catch(() => undefined);
    throw error;
  }
  return await target.finishUpload(id);
}
