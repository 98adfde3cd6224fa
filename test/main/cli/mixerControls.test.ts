import { describe, expect, it } from 'vitest';
import type { MixerControl } from '../../../src/contract/services/mixer.ts';
import { KS_LEVEL_SILENCE, ksLevel } from '../../../src/contract/units.ts';
import { controlJson, controlText, parseValue } from '../../../src/main/cli/mixerControls.ts';

const base = { id: 7, name: 'Studio', node: { filter: 'Topology', node: 3 } };
const db = (value: number) => ksLevel(value * 0x10000);
const range = { min: db(-12), max: db(12), step: db(0.5) };

const CONTROLS = {
  VOLUME: { ...base, type: 'VOLUME', uniform: false, range, levels: [db(-6), db(1.5)] },
  TREBLE: { ...base, type: 'TREBLE', uniform: false, range, levels: [db(3), db(3)] },
  MUTE: { ...base, type: 'MUTE', uniform: false, muted: [true, false] },
  LOUDNESS: { ...base, type: 'LOUDNESS', uniform: false, on: [true, true] },
  ONOFF: { ...base, type: 'ONOFF', uniform: false, on: [false, false] },
  FADER: {
    ...base,
    type: 'FADER',
    unit: 'PERCENT',
    range: { min: 0, max: 0x10000, step: 0x1000 },
    value: 0x6000,
  },
  MUX: {
    ...base,
    type: 'MUX',
    items: [
      { name: 'Microphone', lineId: 1 },
      { name: 'Aux', lineId: 0x10001 },
    ],
    selected: 1,
  },
  PEAKMETER: { ...base, type: 'PEAKMETER', channels: 2, meter: 0 },
} satisfies Record<string, MixerControl>;

describe('mixer controls on the command line', () => {
  it.each([
    ['VOLUME', 'volume -6.0 / +1.5 dB'],
    ['TREBLE', 'treble +3.0 dB'],
    ['MUTE', 'mute on for some channels'],
    ['LOUDNESS', 'loudness on'],
    ['ONOFF', 'Studio off'],
    ['FADER', 'Studio 37.5 %'],
    ['MUX', 'source Aux'],
    ['PEAKMETER', ''],
  ] as const)('shows %s as “%s”', (type, text) => {
    expect(controlText(CONTROLS[type])).toBe(text);
  });

  it.each([
    ['VOLUME', '-6,-9', { levels: [db(-6), db(-9)] }],
    ['VOLUME', '-inf', { levels: [KS_LEVEL_SILENCE] }],
    ['TREBLE', '+2.5 dB', { levels: [db(2.5)] }],
    ['MUTE', 'toggle', { muted: [false, true] }],
    ['LOUDNESS', 'off', { on: [false] }],
    ['ONOFF', 'toggle', { on: [true, true] }],
    ['FADER', '50%', { value: 0x8000 }],
    ['MUX', 'microphone', { selected: 0 }],
    ['MUX', '1', { selected: 1 }],
  ] as const)('reads for %s “%s”', (type, text, value) => {
    expect(parseValue(CONTROLS[type], text)).toEqual(value);
  });

  it.each([
    ['VOLUME', 'loud'],
    ['BASS', 'on'],
    ['MUTE', '1'],
    ['LOUDNESS', '-6'],
    ['FADER', '-5'],
    ['FADER', '99999999'],
    ['MUX', 'Tape'],
    ['MUX', '2'],
    ['PEAKMETER', '0'],
  ] as const)('refuses for %s “%s”', (type, text) => {
    const control = type === 'BASS' ? { ...CONTROLS.TREBLE, type } : CONTROLS[type];
    expect(() => parseValue(control, text)).toThrow(type === 'PEAKMETER' ? 'only be read' : text);
  });

  it('writes values and ranges in dB, and faders as factor or share', () => {
    expect(controlJson(CONTROLS.TREBLE)).toEqual({
      id: 7,
      type: 'TREBLE',
      name: 'Studio',
      node: { filter: 'Topology', node: 3 },
      value: [3, 3],
      unit: 'dB',
      range: { min: -12, max: 12, step: 0.5 },
    });
    expect(controlJson(CONTROLS.FADER)).toMatchObject({
      value: 0.375,
      unit: 'percent',
      range: { min: 0, max: 1, step: 0.0625 },
    });
    expect(controlJson(CONTROLS.ONOFF)).toMatchObject({ type: 'ONOFF', value: [false, false] });
  });
});
