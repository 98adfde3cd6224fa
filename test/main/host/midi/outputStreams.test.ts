import { describe, expect, it } from 'vitest';
import { referenceTime } from '../../../../src/contract/units.ts';
import { EventRecordWriter } from '../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { OutputStreams, type OutputEvent } from '../../../../src/main/host/midi/outputStreams.ts';
import { MemoryMidi } from '../../../support/midi/memoryMidi.ts';

const MS = 10_000;

function streams() {
  const midi = new MemoryMidi();
  midi.outputs = ['A', 'B'];
  const events: OutputEvent[] = [];
  const apart: { port: string; messages: Uint8Array[] }[] = [];
  const clock = { time: 0, now: () => referenceTime(clock.time) };
  const outputs = new OutputStreams({
    backend: midi,
    clock,
    report: (event) => events.push(event),
    startSender(port) {
      const messages: Uint8Array[] = [];
      apart.push({ port, messages });
      return { post: (message) => messages.push(message), waiting: 0, dispose: () => undefined };
    },
  });
  const open = (stream: number, port = 'A') => {
    outputs.handle({ type: 'openStream', stream, port, target: port });
    outputs.handle({ type: 'setStreamState', stream, state: 'PAUSE' });
  };
  const write = (stream: number, ...records: [milliseconds: number, ...bytes: number[]][]) => {
    const writer = new EventRecordWriter().begin(referenceTime(0));
    for (const [time, ...bytes] of records) writer.append(referenceTime(time * MS), Uint8Array.from(bytes));
    outputs.handle({ type: 'writeStream', stream, startTime: referenceTime(0), records: writer.take() });
  };
  const run = (stream: number) => outputs.handle({ type: 'setStreamState', stream, state: 'RUN' });
  /** Goes on to `milliseconds`, event by event. */
  const advance = (milliseconds: number) => {
    for (let next = outputs.service(); next <= milliseconds * MS; next = outputs.service()) clock.time = next;
    clock.time = milliseconds * MS;
    outputs.service();
  };
  return { midi, events, apart, outputs, open, write, run, advance, clock };
}

const sent = (midi: MemoryMidi, port = 'A') =>
  midi.sent.filter((each) => each.port === port).map(({ bytes }) => bytes);

describe('output streams', () => {
  it('send each event when it is due, from RUN on', () => {
    const { midi, open, write, run, advance } = streams();
    open(1);
    write(1, [0, 0x90, 60, 64], [10, 0x80, 60, 0]);
    expect(midi.sent).toEqual([]);
    run(1);
    expect(sent(midi)).toEqual([[0x90, 60, 64]]);
    advance(9.9);
    expect(sent(midi)).toHaveLength(1);
    advance(10);
    expect(sent(midi)[1]).toEqual([0x80, 60, 0]);
  });

  it('STOP and a close release what sounds', () => {
    for (const end of ['STOP', 'close'] as const) {
      const { midi, outputs, open, write, run } = streams();
      open(1);
      write(1, [0, 0x93, 60, 64], [0, 0xb3, 64, 127], [5, 0x93, 62, 64]);
      run(1);
      if (end === 'STOP') {
        for (const state of ['PAUSE', 'ACQUIRE', 'STOP'] as const) {
          outputs.handle({ type: 'setStreamState', stream: 1, state });
        }
      } else outputs.handle({ type: 'closeStream', stream: 1 });
      expect(sent(midi).slice(2)).toEqual([
        [0x83, 60, 64],
        [0xb3, 64, 0],
        [0xb3, 123, 0],
      ]);
    }
  });

  it('put a SysEx in pieces together, with real-time bytes in between', () => {
    const { midi, open, write, run } = streams();
    open(1);
    write(1, [0, 0xf0, 1, 2], [0, 3, 0xf8, 4], [0, 5, 0xf7], [0, 0x90, 1, 1]);
    run(1);
    expect(sent(midi)).toEqual([[0xf8], [0xf0, 1, 2, 3, 4, 5, 0xf7], [0x90, 1, 1]]);
  });

  it('a long SysEx and everything behind it leave through a thread of the port; others stay', () => {
    const { midi, apart, open, write, run } = streams();
    open(1);
    open(2, 'B');
    const sysex = [0xf0, ...new Array<number>(1000).fill(7), 0xf7];
    write(1, [0, 0x90, 1, 1], [0, ...sysex], [0, 0x90, 2, 2]);
    write(2, [0, 0x90, 3, 3]);
    run(1);
    run(2);
    expect(sent(midi)).toEqual([[0x90, 1, 1]]);
    expect(apart).toHaveLength(1);
    expect(apart[0]!.messages.map((each) => [...each])).toEqual([sysex, [0x90, 2, 2]]);
    expect(sent(midi, 'B')).toEqual([[0x90, 3, 3]]);
    expect(midi.openOutputs).toEqual(['B']);
  });

  it('a port that is slow gets a thread of its own after its first send', () => {
    const { midi, apart, open, write, run } = streams();
    midi.slow.set('A', 20);
    open(1);
    write(1, [0, 0x90, 1, 1], [0, 0x90, 2, 2]);
    run(1);
    expect(sent(midi)).toHaveLength(1);
    expect(apart.map(({ messages }) => messages.map((each) => [...each]))).toEqual([[[0x90, 2, 2]]]);
  });

  it('two streams share a port, which closes with the last one', () => {
    const { midi, outputs, open } = streams();
    open(1);
    open(2);
    expect(midi.openOutputs).toEqual(['A']);
    outputs.handle({ type: 'closeStream', stream: 1 });
    expect(midi.openOutputs).toEqual(['A']);
    outputs.handle({ type: 'closeStream', stream: 2 });
    expect(midi.openOutputs).toEqual([]);
  });

  it('a port that cannot be opened, and one that goes, lose their streams with the reason', () => {
    const { midi, events, outputs, open } = streams();
    midi.broken.set('A', 'somebody else has it');
    open(1);
    open(2, 'B');
    outputs.handle({ type: 'losePort', port: 'B', message: '“B” was removed.' });
    expect(events).toEqual([
      { type: 'portFailed', port: 'A', message: '“A” cannot be opened: somebody else has it.' },
      { type: 'streamLost', stream: 1, message: '“A” cannot be opened: somebody else has it.' },
      { type: 'portOpened', port: 'B' },
      { type: 'streamLost', stream: 2, message: '“B” was removed.' },
    ]);
  });

  it('a port without power is closed and silent; its streams go on where they were when it is open again', () => {
    const { midi, events, outputs, open, write, run, advance, clock } = streams();
    const power = (on: boolean) => outputs.handle({ type: 'setPower', port: 'A', target: 'A', on });
    open(1);
    write(1, [0, 0x90, 60, 64], [10, 0x90, 62, 64]);
    run(1);
    advance(4);
    // As the engine does: streams are paused first.
    outputs.handle({ type: 'setStreamState', stream: 1, state: 'PAUSE' });
    power(false);
    expect(midi.openOutputs).toEqual([]);
    expect(sent(midi).slice(1)).toEqual([
      [0x80, 60, 64],
      [0xb0, 123, 0],
    ]);
    outputs.handle({ type: 'send', port: 'A', target: 'A', bytes: Uint8Array.of(0x90, 1, 1) });
    clock.time = 1_000 * MS;
    expect(sent(midi)).toHaveLength(3);
    expect(midi.openOutputs).toEqual([]);
    power(true);
    expect(midi.openOutputs).toEqual(['A']);
    run(1);
    advance(1_005.9);
    expect(sent(midi)).toHaveLength(3);
    advance(1_006);
    expect(sent(midi)[3]).toEqual([0x90, 62, 64]);
    expect(events.map(({ type }) => type).filter((type) => type !== 'streamPosition')).toEqual([
      'portOpened',
      'portOpened',
      'powered',
    ]);
  });

  it('are lost when their port cannot be opened again', () => {
    const { midi, events, outputs, open } = streams();
    open(1);
    outputs.handle({ type: 'setPower', port: 'A', target: 'A', on: false });
    midi.broken.set('A', 'somebody else has it');
    outputs.handle({ type: 'setPower', port: 'A', target: 'A', on: true });
    const message = '“A” cannot be opened: somebody else has it.';
    expect(events.slice(1)).toEqual([
      { type: 'portFailed', port: 'A', message },
      { type: 'streamLost', stream: 1, message },
      { type: 'powered', port: 'A' },
    ]);
  });

  it('tell positions in RUN, and what was wrong with records', () => {
    const { events, outputs, open, write, run, advance } = streams();
    open(1);
    outputs.handle({
      type: 'writeStream',
      stream: 1,
      startTime: referenceTime(0),
      records: Uint8Array.of(1),
    });
    expect(events.at(-1)).toMatchObject({ type: 'streamError', stream: 1 });
    write(1, [100, 0x90, 1, 1]);
    run(1);
    advance(600);
    const positions = events.filter((event) => event.type === 'streamPosition');
    expect(positions.map(({ position, eventsPlayed }) => [position / MS, eventsPlayed])).toEqual([
      [0, 0],
      [250, 1],
      [500, 1],
    ]);
  });
});
