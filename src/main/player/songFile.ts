import { open } from 'node:fs/promises';
import path from 'node:path';
import { PinwheelError } from '../../contract/errors.ts';
import { recogniseWave } from '../decoding/waveContainers.ts';
import { isSong, LARGEST_FILE_BYTES } from './smf/readSong.ts';

const SONG_HEAD_BYTES = 12;

/** @throws PinwheelError `bad-input` for what begins neither as a song nor as sound */
export function checkHead(name: string, head: Uint8Array): void {
  if (isSong(head.subarray(0, SONG_HEAD_BYTES))) return;
  recogniseWave({
    name,
    length: head.length,
    read(offset, into) {
      const part = head.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  });
}

/** A MIDI file's bytes; undefined for what is none. @throws PinwheelError `bad-input` for what cannot be read */
export async function readSongFile(file: string): Promise<Uint8Array | undefined> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(file, error);
  });
  try {
    const head = new Uint8Array(SONG_HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (!isSong(head.subarray(0, bytesRead))) return undefined;
    const { size } = await handle.stat();
    if (size <= LARGEST_FILE_BYTES) return new Uint8Array(await handle.readFile());
    const message = `“${path.basename(file)}” is larger than any MIDI file.`;
    throw new PinwheelError({ code: 'bad-input', message, subject: file });
  } catch (error) {
    throw error instanceof PinwheelError ? error : unreadable(file, error as NodeJS.ErrnoException);
  } finally {
    await handle.close();
  }
}

function unreadable(file: string, error: NodeJS.ErrnoException): PinwheelError {
  const why =
    error.code === 'ENOENT'
      ? 'there is no such file'
      : error.code === 'EISDIR'
        ? 'it is a folder'
        : String(error.code);
  const message = `“${file}” cannot be read: ${why}.`;
  return new PinwheelError({ code: 'bad-input', message, subject: file }, { cause: error });
}
