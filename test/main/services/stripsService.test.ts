import { describe, expect, it } from 'vitest';
import type { MixerDestination, MixerLine } from '../../../src/contract/services/mixer.ts';
import {
  inChosenOrder,
  lineKeys,
  type DeviceStrips,
  type StripsChange,
} from '../../../src/contract/services/strips.ts';
import { stripsServiceImplementation } from '../../../src/main/services/stripsService.ts';

const line = (id: number, name: string, component: string): MixerLine => ({
  id,
  name,
  component,
  target: 'UNDEFINED',
  channels: 2,
  controls: [],
});
const destination = (id: number, name: string, ...sources: MixerLine[]): MixerDestination => ({
  ...line(id, name, 'DST_SPEAKERS'),
  sources,
});

describe('line keys', () => {
  it('are of names and components, so that a line that comes in between shifts none', () => {
    const synth = (id: number) => line(id, 'Synth', 'SRC_SYNTHESIZER');
    const before = lineKeys([destination(10, 'Speakers', synth(1))]);
    const after = lineKeys([
      destination(20, 'Speakers', line(1, 'Wave', 'SRC_WAVEOUT'), synth(2)),
      destination(21, 'Headphones', synth(3)),
    ]);
    expect(after.get(2)).toBe(before.get(1));
    expect(after.get(20)).toBe(before.get(10));
    expect(new Set(after.values()).size).toBe(5);
  });

  it('tell twins apart by their order', () => {
    const twin = (id: number) => line(id, 'Line in', 'SRC_LINE');
    const keys = lineKeys([
      destination(10, 'Speakers', twin(1), twin(2)),
      destination(11, 'Speakers', twin(3)),
    ]);
    expect(new Set(keys.values()).size).toBe(5);
  });
});

describe('the chosen order', () => {
  it('leaves what it does not know behind what that stood behind', () => {
    expect(inChosenOrder(['a', 'new', 'b', 'c'], ['c', 'a', 'away', 'b'])).toEqual(['c', 'a', 'new', 'b']);
    expect(inChosenOrder(['new', 'a'], ['a'])).toEqual(['new', 'a']);
    expect(inChosenOrder(['a', 'b'], [])).toEqual(['a', 'b']);
  });
});

describe('the strips service', () => {
  it('keeps what was made of them, tells every panel, and forgets a device without anything', () => {
    const kept = new Map<string, DeviceStrips | undefined>();
    const service = stripsServiceImplementation({
      strips: {},
      setStrips: (deviceId, strips) => void kept.set(deviceId, strips),
    });
    const told: StripsChange[] = [];
    service.onChange((change) => told.push(change));
    void service.set('card', { looks: { a: { hidden: true }, b: {} }, order: [] });
    expect(kept.get('card')).toEqual({ looks: { a: { hidden: true } }, order: [] });
    void service.set('card', { looks: { a: {} }, order: [] });
    expect(kept.get('card')).toBeUndefined();
    expect(told).toHaveLength(2);
  });
});
