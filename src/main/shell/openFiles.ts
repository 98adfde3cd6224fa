import type { Implementations } from '../../contract/services/index.ts';
import { isBank } from './launchRequest.ts';

/** Plays songs and sound files, the first of them at once; the last bank among them is the one that is played from now on. */
export async function openFiles(
  { player, synth }: Pick<Implementations, 'player' | 'synth'>,
  files: readonly string[],
  onFailure: (error: unknown) => void,
): Promise<void> {
  const bank = files.findLast(isBank);
  if (bank !== undefined) await attempt(() => synth.chooseBank(bank, { keep: true }), onFailure);
  let first: number | undefined;
  for (const file of files) {
    if (isBank(file)) continue;
    const entry = await attempt(() => player.addFile({ path: file }), onFailure);
    first ??= entry?.id;
  }
  if (first !== undefined) await attempt(() => player.play(first), onFailure);
}

async function attempt<T>(
  act: () => T | Promise<T>,
  onFailure: (error: unknown) => void,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    onFailure(error);
    return undefined;
  }
}
