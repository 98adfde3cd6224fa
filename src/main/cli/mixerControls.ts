import { PinwheelError } from '../../contract/errors.ts';
import type { ControlValue, MixerControl } from '../../contract/services/mixer.ts';
import { decibelsToKsLevel, ksLevelToDecibels } from '../../contract/units.ts';

/** Mixer controls on the command line: as people read and write them, and as JSON. */

/** 1.0 in the 16.16 fixed point of faders. */
const FIXED_POINT_ONE = 0x10000;

/** The control with its value in a few words; empty for a peak meter, which has no value to keep. */
export function controlText(control: MixerControl): string {
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
  if (value === -Infinity) return '-inf';
  return `${value > 0 ? '+' : ''}${value.toFixed(1)}`;
}

/** Documented in docs/json.md. Minus infinity becomes null in JSON. */
export function controlJson(control: MixerControl) {
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

/** The value `text` stands for. @throws PinwheelError bad-input, naming what fits the control */
export function parseValue(control: MixerControl, text: string): ControlValue {
  switch (control.type) {
    case 'VOLUME':
    case 'BASS':
    case 'TREBLE': {
      const levels = text.split(',').map((part) => {
        const match = /^([+-]?\d+(?:\.\d+)?|-inf)(?:\s*dB)?$/i.exec(part.trim());
        if (!match) throw badValue(text, 'a level in dB such as -6 or -6,-9 for two channels');
        return decibelsToKsLevel(match[1]!.toLowerCase() === '-inf' ? -Infinity : Number(match[1]));
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
