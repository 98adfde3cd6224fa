import { FM_BANKS, type FmChip, type FmChoice } from '../../contract/fmSynth.ts';
import type { PlayerSynth } from '../../contract/services/player.ts';
import { usageError } from './arguments.ts';

/** Options that choose a synthesizer. All throw a usage error that names what there is. */

export function synthOption(text: string | undefined): PlayerSynth | undefined {
  if (text === undefined || text === 'dls' || text === 'fm') return text;
  throw usageError(`There is no synthesizer “${text}”: take dls or fm.`);
}

/** What was said of the FM synthesizer. A bank is named by its number or by a part of its name that no other has. */
export function fmOptions(options: { 'fm-bank'?: string; 'fm-chip'?: string }): Partial<FmChoice> {
  const { 'fm-bank': bank, 'fm-chip': chip } = options;
  return {
    ...(bank === undefined ? {} : { bank: bankNumber(bank) }),
    ...(chip === undefined ? {} : { chip: chipOption(chip) }),
  };
}

function chipOption(text: string): FmChip {
  if (text === 'opl3' || text === 'opl2') return text;
  throw usageError(`There is no FM chip “${text}”: take opl3 or opl2.`);
}

function bankNumber(text: string): number {
  if (/^\d+$/.test(text)) {
    if (Number(text) < FM_BANKS.length) return Number(text);
    throw usageError(`FM banks are numbered from 0 to ${FM_BANKS.length - 1}; there is no ${text}.`);
  }
  const wanted = text.toLowerCase();
  const found = FM_BANKS.flatMap((name, bank) => (name.toLowerCase().includes(wanted) ? [bank] : []));
  if (found.length === 1) return found[0]!;
  const list = found.map((bank) => `${bank} ${FM_BANKS[bank]}`).join(', ');
  throw usageError(
    found.length === 0
      ? `No FM bank is called “${text}”.`
      : `“${text}” is the name of ${found.length} FM banks: ${list}.`,
  );
}
