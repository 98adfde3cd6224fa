import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MidiHostEvent } from '../../../../src/contract/midiHardware.ts';
import { referenceTime } from '../../../../src/contract/units.ts';
import { MidiHost } from '../../../../src/main/host/midi/midiHost.ts';
import type { OutputCommand } from '../../../../src/main/host/midi/outputStreams.ts';
import { MemoryMidi } from '../../../support/midi/memoryMidi.ts';

const ROUTE = { channels: null, kinds: null, transpose: 0, velocityCurve: 1 };

describe('the MIDI host', () => {
  let midi: MemoryMidi;
  let host: MidiHost;
  let events: MidiHostEvent[];
  let posted: OutputCommand[];

  beforeEach(() => {
    vi.useFakeTimers();
    midi = new MemoryMidi();
    midi.inputs = ['Keys', 'Pads'];
    midi.outputs = ['Synth'];
    events = [];
    posted = [];
    host = new MidiHost({
      openBackend: () => midi,
      clock: { now: () => referenceTime(1_000) },
      post: (command) => posted.push(command) > 0,
      report: (event) => events.push(event),
    });
  });
  afterEach(() => {
    host.dispose();
    vi.useRealTimers();
  });

  const sent = () => posted.flatMap((each) => (each.type === 'send' ? [[...each.bytes]] : []));

  it('merges routes into one port, and opens their inputs only', () => {
    host.handle({
      type: 'setRoutes',
      routes: [
        { ...ROUTE, from: 'Keys', to: 'Synth' },
        { ...ROUTE, from: 'Pads', to: 'Synth', transpose: 12 },
      ],
    });
    expect(midi.openInputs).toEqual(['Keys', 'Pads']);
    midi.receive('Keys', 0, 0x90, 60, 1);
    midi.receive('Pads', 0, 0x90, 60, 1);
    expect(sent()).toEqual([
      [0x90, 60, 1],
      [0x90, 72, 1],
    ]);
    expect(events.filter(({ type }) => type === 'captured')).toEqual([]);
    host.handle({ type: 'setRoutes', routes: [] });
    expect(midi.openInputs).toEqual([]);
  });

  it('releases what a route left sounding when it goes, not when another one comes', () => {
    const keys = { ...ROUTE, from: 'Keys', to: 'Synth' };
    host.handle({ type: 'setRoutes', routes: [keys] });
    midi.receive('Keys', 0, 0x90, 60, 1);
    host.handle({ type: 'setRoutes', routes: [keys, { ...keys, from: 'Pads' }] });
    expect(sent()).toHaveLength(1);
    host.handle({ type: 'setRoutes', routes: [] });
    expect(sent()[1]).toEqual([0x80, 60, 64]);
  });

  it('releases what sounds when the source is pulled out, and goes on when it is back', () => {
    host.handle({ type: 'setRoutes', routes: [{ ...ROUTE, from: 'Keys', to: 'Synth' }] });
    midi.receive('Keys', 0, 0x90, 60, 1);
    midi.inputs = [];
    vi.advanceTimersByTime(300);
    expect(sent()[1]).toEqual([0x80, 60, 64]);
    midi.inputs = ['Keys'];
    vi.advanceTimersByTime(300);
    midi.receive('Keys', 0, 0x90, 61, 1);
    expect(sent()[2]).toEqual([0x90, 61, 1]);
  });

  it('nothing comes in or goes out at a port without power, and is as it was with it', () => {
    host.handle({ type: 'setRoutes', routes: [{ ...ROUTE, from: 'Keys', to: 'Synth' }] });
    host.handle({ type: 'capture', port: 'Pads', on: true });
    midi.receive('Keys', 0, 0x90, 60, 1);
    for (const port of ['Keys', 'Pads']) host.handle({ type: 'setPower', port, on: false });
    expect(midi.openInputs).toEqual([]);
    // What sounds through the route is ended before its output sleeps, too.
    expect(sent()[1]).toEqual([0x80, 60, 64]);
    host.handle({ type: 'setPower', port: 'Synth', on: false });
    host.handle({ type: 'send', port: 'Synth', bytes: Uint8Array.of(0x90, 61, 1) });
    expect(sent()).toHaveLength(2);
    for (const port of ['Keys', 'Pads', 'Synth']) host.handle({ type: 'setPower', port, on: true });
    expect(midi.openInputs.sort()).toEqual(['Keys', 'Pads']);
    midi.receive('Keys', 0, 0x90, 62, 1);
    expect(sent()[2]).toEqual([0x90, 62, 1]);
    // An output's power is answered for by the thread that has it open.
    const answered = events.flatMap((event) => (event.type === 'powered' ? [event.port] : []));
    expect(answered).toEqual(['Keys', 'Pads']);
  });

  it('a device that slept when it was pulled out has power when it is back', () => {
    host.handle({ type: 'capture', port: 'Keys', on: true });
    host.handle({ type: 'setPower', port: 'Keys', on: false });
    midi.inputs = [];
    vi.advanceTimersByTime(300);
    midi.inputs = ['Keys'];
    vi.advanceTimersByTime(300);
    expect(midi.openInputs).toEqual(['Keys']);
  });

  it('a device plugged in again between two looks went, and came', () => {
    midi.outputs = ['Box:Box 20:0'];
    vi.advanceTimersByTime(300);
    events.length = 0;
    midi.outputs = ['Box:Box 24:0'];
    vi.advanceTimersByTime(300);
    const lists = events.flatMap((event) =>
      event.type === 'ports' ? [event.ports.map(({ name }) => name)] : [],
    );
    expect(lists).toEqual([
      ['Keys', 'Pads'],
      ['Keys', 'Pads', 'Box'],
    ]);
    expect(posted).toContainEqual({ type: 'losePort', port: 'Box', message: '“Box” was removed.' });
  });
});
