import { PinwheelError } from '../../contract/errors.ts';
import type { MixerControl, MixerDevice, MixerLine } from '../../contract/services/mixer.ts';
import { parseArguments, usageError } from './arguments.ts';
import { controlJson, controlText, parseValue } from './mixerControls.ts';
import type { Output } from './output.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

export const mixerVerb: Verb = {
  name: 'mixer',
  usage: 'mixer [--json] | mixer set LINE/CONTROL VALUE',
  summary:
    'show the mixer lines, or set a control: “mixer set Speakers/volume -6”, “mixer set Synth/mute on”',
  async run({ args, out, engine, stop }) {
    // “-6” and “-6dB” are values; only “--json” is an option here.
    const words = args.filter((word) => word !== '--json');
    const { options } = parseArguments(
      args.filter((word) => word === '--json'),
      { json: 'boolean' },
    );
    const session = await openSession(engine, { sound: false, stop });
    try {
      const { mixer } = session.connection.services;
      const { devices } = await mixer.getSnapshot();
      if (words[0] === 'set') {
        const [, path, value] = words;
        if (path === undefined || value === undefined || words.length !== 3) {
          throw usageError('“mixer set” takes a control and a value.');
        }
        const { device, line, control } = findControl(devices, path);
        const answer = await mixer.setControl(device.id, control.id, parseValue(control, value));
        return options.json
          ? out.json(controlJson(answer))
          : out.line(`${line.name}: ${controlText(answer)}`);
      }
      if (words.length > 0) throw usageError(`“mixer ${words.join(' ')}” is not a command.`);
      if (options.json) return out.json({ devices: devices.map(deviceJson) });
      for (const device of devices) printDevice(device, out);
    } finally {
      await session.dispose();
    }
  },
};

function printDevice(device: MixerDevice, out: Output): void {
  out.line(`${device.name}${device.present ? '' : ' (not present)'}`);
  for (const destination of device.destinations) {
    out.line(`  ${lineText(destination)}`);
    for (const source of destination.sources) out.line(`    ${lineText(source)}`);
  }
}

function lineText(line: MixerLine): string {
  const controls = line.controls.map(controlText).filter((text) => text !== '');
  return `${line.name}${controls.length > 0 ? `: ${controls.join(', ')}` : ' (fixed level)'}`;
}

/** Documented in docs/json.md. */
function deviceJson(device: MixerDevice): unknown {
  return {
    id: device.id,
    name: device.name,
    present: device.present,
    destinations: device.destinations.map((destination) => ({
      ...lineJson(destination),
      sources: destination.sources.map(lineJson),
    })),
  };
}

function lineJson(line: MixerLine) {
  return {
    id: line.id,
    name: line.name,
    component: line.component,
    target: line.target,
    channels: line.channels,
    controls: line.controls.map(controlJson),
  };
}

/**
 * LINE is a name (of any line, whatever the case) or an id; CONTROL a type, a name or an id. A source may stand under
 * several destinations: the first of its lines that has the control counts.
 */
function findControl(
  devices: readonly MixerDevice[],
  path: string,
): { device: MixerDevice; line: MixerLine; control: MixerControl } {
  const slash = path.lastIndexOf('/');
  if (slash < 0) throw usageError(`“${path}” is not LINE/CONTROL.`);
  const lineWord = path.slice(0, slash).toLowerCase();
  const controlWord = path.slice(slash + 1).toLowerCase();
  const lines = devices.flatMap((device) =>
    device.destinations.flatMap((line) => [line, ...line.sources]).map((line) => ({ device, line })),
  );
  const found = lines.filter(
    ({ line }) => line.name.toLowerCase() === lineWord || String(line.id) === lineWord,
  );
  if (found.length === 0) {
    throw new PinwheelError({
      code: 'not-found',
      message: `There is no mixer line “${path.slice(0, slash)}”.`,
      advice: `The lines are: ${lines.map(({ line }) => line.name).join(', ')}.`,
    });
  }
  const words = (control: MixerControl) => [control.type, control.name, String(control.id)];
  for (const { device, line } of found) {
    const control = line.controls.find((each) =>
      words(each).some((word) => word.toLowerCase() === controlWord),
    );
    if (control) return { device, line, control };
  }
  const { line } = found[0]!;
  throw new PinwheelError({
    code: 'not-found',
    message: `The line “${line.name}” has no control “${path.slice(slash + 1)}”.`,
    advice: `It has: ${line.controls.map((each) => each.type.toLowerCase()).join(', ') || 'none'}.`,
  });
}
