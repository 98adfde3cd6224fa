import { parseArguments, usageError } from './arguments.ts';
import { chooseBank } from './bankOption.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

export const banksVerb: Verb = {
  name: 'banks',
  usage: 'banks [--json] | banks select auto|built-in|NAME|FILE',
  summary: 'list the banks of sounds, or choose the one to play',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, { json: 'boolean' });
    const [command, bank] = words;
    const selects = command === 'select' && words.length === 2;
    if (!selects && words.length > 0) throw usageError(`“banks ${words.join(' ')}” is not a command.`);
    // What is played matters to a running Pinwheel, and to one that is to try a bank.
    const session = await openSession(engine, { sound: selects, stop });
    try {
      const { services } = session.connection;
      if (selects) await chooseBank(services, bank!, { keep: true, out, stop });
      const banks = await services.synth.listBanks();
      const state = await services.synth.getState();
      const { selected, error } = state;
      const playing = selects || session.remote ? state.playing : null;
      if (options.json) return out.json({ banks, selected, playing, error });
      for (const { name, file, origin, bytes, isSystemDefault } of banks) {
        const marks = [
          file === playing ? 'playing' : '',
          isSystemDefault ? "the system's default" : '',
          origin === 'builtIn' ? 'built-in' : '',
        ].filter((mark) => mark !== '');
        const size = `${(bytes / 1e6).toFixed(1)} MB`;
        out.line(
          `${name.padEnd(28)} ${size.padStart(9)}  ${file}${marks.length > 0 ? `  (${marks.join(', ')})` : ''}`,
        );
      }
      out.line(`selected: ${selected}`);
    } finally {
      await session.dispose();
    }
  },
};
