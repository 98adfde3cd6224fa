import { describe, expect, it } from 'vitest';
import type { MidiFilter } from '../../../../../src/contract/midiRoute.ts';
import { Thru } from '../../../../../src/main/engine/portcls/dmus/thru.ts';

function thru(options: Partial<MidiFilter> = {}) {
  const sent: number[][] = [];
  const open = { channels: null, kinds: null, transpose: 0, velocityCurve: 1 };
  const route = new Thru({ ...open, ...options }, (bytes) => sent.push([...bytes]));
  const receive = (...messages: number[][]) => {
    for (const message of messages) route.receive(Uint8Array.from(message));
    return sent.splice(0);
  };
  return { route, receive, sent };
}

describe('a route', () => {
  it('lets everything pass as it is', () => {
    const all = [
      [0x90, 60, 1],
      [0x80, 60, 0],
      [0xa1, 1, 2],
      [0xb2, 7, 100],
      [0xc3, 5],
      [0xd4, 9],
      [0xe5, 0, 64],
    ];
    const system = [[0xf0, 1, 0xf7], [0xf8], [0xfe], [0xf2, 1, 2]];
    expect(thru().receive(...all, ...system)).toEqual([...all, ...system]);
  });

  it('filters by channel, which messages without one pass', () => {
    expect(thru({ channels: [2] }).receive([0x90, 60, 1], [0x91, 60, 1], [0xf8])).toEqual([
      [0x91, 60, 1],
      [0xf8],
    ]);
  });

  it('filters by kind', () => {
    const { receive } = thru({ kinds: ['note', 'sysex'] });
    expect(receive([0x90, 60, 1], [0xb0, 7, 1], [0xf0, 0xf7], [0xfe], [0xd0, 1])).toEqual([
      [0x90, 60, 1],
      [0xf0, 0xf7],
    ]);
  });

  it('transposes keys, not beyond the range', () => {
    const { receive } = thru({ transpose: 12 });
    expect(receive([0x90, 60, 1], [0xa0, 60, 1], [0x80, 60, 0], [0x90, 116, 1], [0xb0, 60, 1])).toEqual([
      [0x90, 72, 1],
      [0xa0, 72, 1],
      [0x80, 72, 0],
      [0xb0, 60, 1],
    ]);
  });

  it('bends velocities; a note-on stays one', () => {
    const velocity = (curve: number, played: number) =>
      thru({ velocityCurve: curve }).receive([0x90, 60, played])[0]![2];
    expect([velocity(2, 127), velocity(2, 64), velocity(0.5, 32), velocity(10, 1)]).toEqual([127, 32, 64, 1]);
    expect(thru({ velocityCurve: 2 }).receive([0x90, 60, 0])).toEqual([[0x90, 60, 0]]);
  });

  it('releases what it left sounding', () => {
    const { route, receive, sent } = thru({ transpose: 1 });
    receive([0x91, 60, 100], [0x91, 62, 100], [0x91, 62, 0]);
    route.release();
    expect(sent).toEqual([[0x81, 61, 64]]);
    route.release();
    expect(sent).toHaveLength(1);
  });

  it('lifts the sustain pedal that it left down', () => {
    const { route, receive, sent } = thru();
    receive([0xb2, 64, 127], [0xb3, 64, 127], [0xb3, 64, 0], [0x92, 60, 1]);
    route.release();
    expect(sent).toEqual([
      [0x82, 60, 64],
      [0xb2, 64, 0],
    ]);
  });
});
