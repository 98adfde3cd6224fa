import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * ALSA's numbers of the cards that a process plays on, as the kernel tells who has a PCM open. Empty where there is no
 * ALSA. `isProcess` is asked for process ids.
 */
export async function cardsPlayedOn(
  isProcess: (processId: number) => boolean,
  folder = '/proc/asound',
): Promise<number[]> {
  const cards = await Promise.all(
    (await entries(folder, /^card(\d+)$/)).map(async (card) => {
      const owners = await ownersOf(path.join(folder, card));
      return owners.some(isProcess) ? [Number(card.slice('card'.length))] : [];
    }),
  );
  return cards.flat();
}

/** Processes that have playback streams of the card open. */
async function ownersOf(card: string): Promise<number[]> {
  const owners: number[] = [];
  for (const pcm of await entries(card, /^pcm\d+p$/)) {
    for (const substream of await entries(path.join(card, pcm), /^sub\d+$/)) {
      const status = await read(path.join(card, pcm, substream, 'status'));
      const thread = /^owner_pid *: (\d+)/m.exec(status)?.[1];
      if (thread === undefined) continue;
      // The kernel tells the thread that opened it.
      const group = /^Tgid:\s*(\d+)/m.exec(await read(`/proc/${thread}/status`))?.[1];
      owners.push(Number(group ?? thread));
    }
  }
  return owners;
}

async function entries(folder: string, pattern: RegExp): Promise<string[]> {
  // Gone meanwhile.
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => pattern.test(name));
}

/** Empty for what is gone, or not ours to read. */
const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
