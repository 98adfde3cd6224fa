import type { Panel } from '../../state/panel.svelte.ts';
import { text } from '../../text.ts';

/** What a program is called: in the bank that plays, and by General MIDI on what has other sounds. */
export function programName(
  { player, synth }: Panel,
  program: number,
  bankMsb: number,
  bankLsb: number,
  isDrum: boolean,
): string {
  if (player.state.output === null && player.state.synth === 'dls') {
    const candidates = synth.instruments.filter((each) => each.program === program && each.isDrum === isDrum);
    const exact = candidates.find((each) => each.bankMsb === bankMsb && each.bankLsb === bankLsb);
    const name = (exact ?? candidates[0])?.name.trim();
    if (name) return name;
  }
  return isDrum ? text.instruments.kit(program) : text.instruments.program(program);
}
