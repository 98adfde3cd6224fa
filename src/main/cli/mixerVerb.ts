import { PinwheelError } from '../../contract/errors.ts';
import type { ControlValue, MixerControl, MixerDevice, MixerLine } from '../../contract/services/mixer.ts';
import { decibelsToKsLevel, ksLevelToDecibels } from '../../contract/units.ts';
import { parseArguments, usageError } from './arguments.ts';
import type { Output } from './output.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

/** 1.0 in the 16.16 fixed point of faders. */
const FIXED_POINT_ONE = 0x10000;

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

function controlText(control: MixerControl): string {
  switch (control.type) {
    case 'VOLUME':
    case 'BASS':
    case 'TREBLE': {
      const levels = control.levels.map((level) => decibelText(ksLevelToDecibels(level)));
      const text = new Set(levels).size === 1 ? levels[0]! : levels.join(' / ');
      return `${control.type.toLowerCase()} ${text} dB`;
    }
    case 'MUTE':
      return `mute ${switchText(control.muted)}`;
    case 'LOUDNESS':
      return `loudness ${switchText(control.on)}`;
    case 'ONOFF':
      return `${control.name} ${switchText(control.on)}`;
    case 'FADER':
      return `${control.name} ${percentText(control.value)}`;
    case 'MUX':
      return `source ${control.items[control.selected]?.name ?? 'none'}`;
    case 'PEAKMETER':
      return '';
  }
}

function switchText(channels: readonly boolean[]): string {
  if (channels.every(Boolean)) return 'on';
  return channels.some(Boolean) ? 'on for some channels' : 'off';
}

/** 16.16 fixed point; 1.0 is 100 %, also of an unchanged stereo width. */
function percentText(value: number): string {
  return `${Number(((value / FIXED_POINT_ONE) * 100).toFixed(1))} %`;
}

function decibelText(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(1)}`;
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

function controlJson(control: MixerControl) {
  const base = { id: control.id, type: control.type, name: control.name, node: control.node };
  switch (control.type) {
    case 'VOLUME':
    case 'BASS':
    case 'TREBLE':
      return {
        ...base,
        value: control.levels.map((level) => ksLevelToDecibels(level)),
        unit: 'dB',
        range: {
          min: ksLevelToDecibels(control.range.min),
          max: ksLevelToDecibels(control.range.max),
          step: ksLevelToDecibels(control.range.step),
        },
      };
    case 'MUTE':
      return { ...base, value: control.muted };
    case 'ONOFF':
    case 'LOUDNESS':
      return { ...base, value: control.on };
    case 'FADER': {
      const { min, max, step } = control.range;
      return {
        ...base,
        value: control.value / FIXED_POINT_ONE,
        unit: control.unit.toLowerCase(),
        range: { min: min / FIXED_POINT_ONE, max: max / FIXED_POINT_ONE, step: step / FIXED_POINT_ONE },
      };
    }
    case 'MUX':
      return { ...base, value: control.selected, items: control.items };
    case 'PEAKMETER':
      return { ...base, channels: control.channels };
  }
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

function parseValue(control: MixerControl, text: string): ControlValue {
  switch (control.type) {
    case 'VOLUME':
    case 'BASS':
    case 'TREBLE': {
      const levels = text.split(',').map((part) => {
        const match = /^([+-]?\d+(?:\.\d+)?)(?:\s*dB)?$/i.exec(part.trim());
        if (!match) throw badValue(text, 'a level in dB such as -6 or -6,-9 for two channels');
        return decibelsToKsLevel(Number(match[1]));
      });
      return { levels };
    }
    case 'MUTE':
      return { muted: parseSwitch(text, control.muted) };
    case 'ONOFF':
    case 'LOUDNESS':
      return { on: parseSwitch(text, control.on) };
    case 'FADER': {
      const match = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim());
      const value = Math.round((Number(match?.[1]) / 100) * FIXED_POINT_ONE);
      if (!(value <= 0xffffffff)) throw badValue(text, 'a percentage such as 50 or 50%');
      return { value };
    }
    case 'MUX': {
      const byName = control.items.findIndex((item) => item.name.toLowerCase() === text.toLowerCase());
      const selected = byName >= 0 ? byName : Number(text);
      if (!Number.isInteger(selected) || selected < 0 || selected >= control.items.length) {
        throw badValue(text, `one of ${control.items.map((item) => item.name).join(', ')}`);
      }
      return { selected };
    }
    case 'PEAKMETER':
      throw new PinwheelError({ code: 'not-supported', message: 'A peak meter can only be read.' });
  }
}

function parseSwitch(text: string, now: readonly boolean[]): boolean[] {
  const word = text.toLowerCase();
  if (word === 'toggle') return now.map((on) => !on);
  if (word !== 'on' && word !== 'off') throw badValue(text, 'on, off or toggle');
  return [word === 'on'];
}

function badValue(text: string, expected: string): PinwheelError {
  return new PinwheelError({
    code: 'bad-input',
    message: `“${text}” is not a value here: give ${expected}.`,
  });
}
