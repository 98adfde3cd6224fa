import path from 'node:path';
import type { Clients } from '../../contract/services/index.ts';
import type { Bank } from '../../contract/services/synth.ts';
import type { Output } from './output.ts';

/** What a person calls a bank by: `auto`, `built-in`, the name of a listed one, or a file. */
export function bankSelection(word: string, banks: readonly Bank[]): string {
  if (word === 'auto' || word === 'built-in') return word;
  return banks.find(({ name }) => name === word)?.file ?? path.resolve(word);
}

/** Plays a bank, with progress. Ends with the user's wish. @throws PinwheelError when it cannot be loaded */
export async function chooseBank(
  { synth }: Clients,
  word: string,
  { keep, out, stop }: { keep: boolean; out: Output; stop: AbortSignal },
): Promise<void> {
  const selection = bankSelection(word, await synth.listBanks());
  const watch = synth.onState(({ loading }) => {
    if (loading) out.progress(`loading ${path.basename(loading.file)}  ${Math.round(100 * loading.done)} %`);
  });
  // Who is gone loads nothing either.
  const cancel = (): void => void synth.cancelLoading().catch(() => undefined);
  stop.addEventListener('abort', cancel, { once: true });
  try {
    await synth.chooseBank(selection, { keep });
  } finally {
    stop.removeEventListener('abort', cancel);
    watch.dispose();
    out.progress('');
  }
}
