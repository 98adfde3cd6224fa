import type { Connection } from '../../contract/rpc/client.ts';
import { captureJackSchema, type CaptureJack, type ChannelSide } from '../../contract/services/devices.ts';
import { aborted } from '../pinwheel.ts';
import { parseArguments, usageError } from './arguments.ts';
import type { Output } from './output.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

type Devices = Connection['services']['devices'];

const JACKS = captureJackSchema.options;

export const devicesVerb: Verb = {
  name: 'devices',
  usage:
    'devices [--json] | devices select ID | devices select microphone|aux ID|none|default | devices select spdif ID|none | devices prefer ID...|none | devices test',
  summary:
    'list the devices; choose the output or a list of which the first that is there is taken, what is behind a capture jack, or where coded sound is sent; beep left, then right',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, { json: 'boolean' });
    const session = await openSession(engine, { sound: true, stop });
    try {
      const { devices } = session.connection.services;
      if (words[0] === 'test' && words.length === 1)
        return await testChannels(devices, { out, stop, json: options.json ?? false });
      if (words[0] === 'prefer' && words.length > 1) await prefer(devices, words.slice(1));
      else if (words[0] === 'select' && words.length === 2) await devices.selectOutput(words[1]!);
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
          list.preferred.includes(output.id) ? `preferred ${list.preferred.indexOf(output.id) + 1}` : '',
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

/** Says which side sounds, while it does. */
async function testChannels(
  devices: Devices,
  { out, stop, json }: { out: Output; stop: AbortSignal; json: boolean },
): Promise<void> {
  const sides: ChannelSide[] = [];
  const listening = devices.onTestSide((side) => {
    if (side === null) return;
    sides.push(side);
    if (!json) out.line(side);
  });
  try {
    const { openOutput } = await devices.list();
    await Promise.race([devices.testChannels(), aborted(stop)]);
    if (json) out.json({ output: openOutput, sides });
  } finally {
    listening.dispose();
  }
}

/** The list is in force at once. */
async function prefer(devices: Devices, words: readonly string[]): Promise<void> {
  const none = words.length === 1 && words[0] === 'none';
  await devices.setPreferred(none ? [] : [...words]);
  if (!none) await devices.selectOutput('preferred');
}

function jackOf(word: string): CaptureJack {
  const jack = JACKS.find((each) => each === word);
  if (jack) return jack;
  throw usageError(`There is no jack “${word}”: it is one of ${JACKS.join(', ')}.`);
}

function describe({ id, label }: { id: string; label: string }, marks: readonly string[]): string {
  return `${id.padEnd(28)} ${label}${marks.length > 0 ? `  (${marks.join(', ')})` : ''}`;
}
