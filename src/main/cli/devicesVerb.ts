import { captureJackSchema, type CaptureJack } from '../../contract/services/devices.ts';
import { parseArguments, usageError } from './arguments.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

const JACKS = captureJackSchema.options;

export const devicesVerb: Verb = {
  name: 'devices',
  usage:
    'devices [--json] | devices select ID | devices select microphone|aux ID|none|default | devices select spdif ID|none',
  summary:
    'list the devices, or choose the output, what is behind a capture jack, or where coded sound is sent',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, { json: 'boolean' });
    const session = await openSession(engine, { sound: true, stop });
    try {
      const { devices } = session.connection.services;
      if (words[0] === 'select' && words.length === 2) await devices.selectOutput(words[1]!);
      else if (words[0] === 'select' && words[1] === 'spdif' && words.length === 3)
        await devices.selectSpdif(words[2]!);
      else if (words[0] === 'select' && words.length === 3)
        await devices.selectInput(jackOf(words[1]!), words[2]!);
      else if (words.length > 0) throw usageError(`“devices ${words.join(' ')}” is not a command.`);
      const list = await devices.list();
      const inputs = await devices.listInputs();
      if (options.json) return out.json({ ...list, inputs });
      for (const output of list.outputs) {
        const marks = [
          output.id === list.selectedOutput ? 'selected' : '',
          output.id === list.openOutput ? 'open' : '',
          output.id === list.selectedSpdif ? 'for S/PDIF' : '',
          output.id === list.openSpdif ? 'sends coded sound' : '',
          output.isDefault ? "the system's default" : '',
          output.available ? '' : 'not available',
        ].filter((mark) => mark !== '');
        out.line(describe(output, marks));
      }
      for (const input of inputs.inputs) {
        const jacks = JACKS.filter((jack) => inputs.open[jack] === input.id);
        const marks = [
          ...jacks.map((jack) => `behind “${jack}”`),
          input.isDefault ? "the system's default input" : 'input',
          input.available ? '' : 'not available',
        ].filter((mark) => mark !== '');
        out.line(describe(input, marks));
      }
    } finally {
      await session.dispose();
    }
  },
};

function jackOf(word: string): CaptureJack {
  const jack = JACKS.find((each) => each === word);
  if (jack) return jack;
  throw usageError(`There is no jack “${word}”: it is one of ${JACKS.join(', ')}.`);
}

function describe({ id, label }: { id: string; label: string }, marks: readonly string[]): string {
  return `${id.padEnd(28)} ${label}${marks.length > 0 ? `  (${marks.join(', ')})` : ''}`;
}
