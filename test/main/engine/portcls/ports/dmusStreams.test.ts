import { describe, expect, it } from 'vitest';
import { KsError } from '../../../../../src/main/engine/ks/status.ts';
import type { StreamState } from '../../../../../src/contract/hardware.ts';
import { millisecondsToReferenceTime, referenceTime } from '../../../../../src/contract/units.ts';
import type { DataFormat } from '../../../../../src/main/engine/ks/format.ts';
import { CLSID } from '../../../../../src/main/engine/ks/guid.ts';
import type { PinInstance } from '../../../../../src/main/engine/ks/pin.ts';
import type { AllocatorMxf } from '../../../../../src/main/engine/portcls/dmus/allocator.ts';
import {
  EventRecordReader,
  EventRecordWriter,
} from '../../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import {
  KERNEL_EVENT_FLAGS,
  type KernelEvent,
} from '../../../../../src/main/engine/portcls/dmus/kernelEvent.ts';
import { MusicFormatReader } from '../../../../../src/main/engine/portcls/dmus/musicFormat.ts';
import type { Mxf } from '../../../../../src/main/engine/portcls/dmus/mxf.ts';
import { uartDescription } from '../../../../../src/main/engine/portcls/miniports/uart/uartDescription.ts';
import { PortCls } from '../../../../../src/main/engine/portcls/portcls.ts';
import type {
  DMusStreamType,
  MiniportDMus,
  MxfStream,
  NewDMusStream,
  PortDMus,
} from '../../../../../src/main/engine/portcls/ports/dmus.ts';
import type { MiniportMidi, MiniportMidiStream } from '../../../../../src/main/engine/portcls/ports/midi.ts';
import type { MiniportInit } from '../../../../../src/main/engine/portcls/ports/port.ts';
import type { ServiceGroup } from '../../../../../src/main/engine/portcls/serviceGroup.ts';
import { DIRECTMUSIC_FORMAT } from '../../../../../src/main/engine/wdmaud/midiClient.ts';
import { MIDI_FORMAT } from '../../../../../src/main/engine/wdmaud/midiDevices.ts';
import { ManualScheduler } from '../../../../fixtures/manualScheduler.ts';
import { statusOf } from '../../../../fixtures/statusOf.ts';
import { musicRecords } from '../dmus/support.ts';

/** The port's half of in-process streams, with miniports that do as little as a miniport can. */

const RENDER_PIN = 1;
const CAPTURE_PIN = 4;
const MS = 10_000;

interface Played {
  now: number;
  time: number;
  bytes: number[];
}

/** Notes what comes, chain by chain, with the time on the clock; captured bytes are put in by the test. */
class TestStream implements MxfStream {
  readonly chains: Played[][] = [];
  readonly states: StreamState[] = [];
  serviced = 0;
  readonly allocator: AllocatorMxf;
  readonly #clock: ManualScheduler;
  #output: Mxf;
  refuse: StreamState | undefined;

  constructor(allocator: AllocatorMxf, clock: ManualScheduler) {
    this.allocator = allocator;
    this.#clock = clock;
    this.#output = allocator;
  }

  connectOutput(sink: Mxf): void {
    this.#output = sink;
  }

  disconnectOutput(): void {
    this.#output = this.allocator;
  }

  setState(state: StreamState): void {
    if (state === this.refuse) throw new KsError('STATUS_INVALID_DEVICE_STATE', 'Not now.');
    this.states.push(state);
  }

  putMessage(event: KernelEvent | null): void {
    if (event === null) {
      this.serviced++;
      return;
    }
    const chain: Played[] = [];
    for (let each: KernelEvent | null = event; each !== null; each = each.next) {
      chain.push({ now: this.#clock.now(), time: each.presentationTime, bytes: [...each.toBytes()] });
    }
    this.chains.push(chain);
    this.allocator.putMessage(event);
  }

  get played(): Played[] {
    return this.chains.flat();
  }

  /** One captured event, stamped now. */
  capture(flags: number, ...bytes: number[]): void {
    const event = this.allocator.getMessage();
    event.presentationTime = this.#clock.now();
    event.channelGroup = 1;
    event.length = bytes.length;
    event.flags = flags;
    event.slab.set(bytes, event.slabOffset);
    this.#output.putMessage(event);
  }

  dispose(): void {
    this.states.push('STOP');
  }
}

class TestMiniport implements MiniportDMus {
  readonly streams: TestStream[] = [];
  readonly streamGroups: ServiceGroup[] = [];
  initServiced = 0;
  port: PortDMus | undefined;
  readonly #clock: ManualScheduler;
  readonly #preFetch: number;
  readonly #silenceOnStop: boolean;

  constructor(clock: ManualScheduler, { preFetch = 0, silenceOnStop = false } = {}) {
    this.#clock = clock;
    this.#preFetch = preFetch;
    this.#silenceOnStop = silenceOnStop;
  }

  init({ port }: MiniportInit<PortDMus>): void {
    this.port = port;
    const group = port.newServiceGroup();
    group.addMember({ requestService: () => this.initServiced++ });
    port.registerServiceGroup(group);
  }

  getDescription() {
    const description = uartDescription();
    const pins = description.pins.map((pin, pinId) =>
      pinId === CAPTURE_PIN ? { ...pin, maxGlobalInstances: 2, maxFilterInstances: 2 } : pin,
    );
    return { ...description, pins };
  }

  newStream(
    _pinId: number,
    _type: DMusStreamType,
    _format: DataFormat,
    { allocator }: { allocator: AllocatorMxf },
  ): NewDMusStream {
    const mxf = new TestStream(allocator, this.#clock);
    this.streams.push(mxf);
    const serviceGroup = this.port!.newServiceGroup();
    this.streamGroups.push(serviceGroup);
    const schedulePreFetch = referenceTime(this.#preFetch);
    return { mxf, serviceGroup, schedulePreFetch, silenceOnStop: this.#silenceOnStop };
  }
}

function setUp(options: { preFetch?: number; silenceOnStop?: boolean } = {}) {
  const scheduler = new ManualScheduler();
  const portCls = new PortCls({ masterClock: scheduler, scheduler });
  const adapter = portCls.addAdapterDevice({ id: 'test', name: 'Test', maxObjects: 1 });
  const miniport = new TestMiniport(scheduler, options);
  /** Everything the port asked the miniport for, by name. */
  const asked: PropertyKey[] = [];
  const watched = new Proxy(miniport, {
    get(target, name) {
      asked.push(name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const { filter } = adapter.installSubdevice('MIDI', portCls.newPort(CLSID.PortDMus), watched);
  return { scheduler, miniport, filter, asked };
}

function render(options: { preFetch?: number; silenceOnStop?: boolean } = {}) {
  const { filter, ...rest } = setUp(options);
  const pin = filter.createPin(RENDER_PIN, DIRECTMUSIC_FORMAT);
  return { ...rest, pin, stream: rest.miniport.streams[0]! };
}

function write(pin: PinInstance, ...events: [milliseconds: number, ...bytes: number[]][]): void {
  const writer = new EventRecordWriter().begin(referenceTime(0));
  for (const [at, ...bytes] of events) writer.append(millisecondsToReferenceTime(at), Uint8Array.from(bytes));
  pin.write(referenceTime(0), writer.take());
}

const inUse = ({ allocator }: TestStream) => (allocator as unknown as { eventsInUse: number }).eventsInUse;

describe('render streams of the DMus port', () => {
  it('66: events come in order of their stamps, those of equal stamps in order of arrival and as one chain', () => {
    const { pin, stream, scheduler } = render();
    pin.setState('RUN');
    write(pin, [30, 0xc0, 3], [10, 0xc0, 1], [20, 0xc0, 2], [20, 0xc1, 2]);
    write(pin, [20, 0xc2, 2]);
    scheduler.advance(40 * MS);
    expect(stream.chains.map((chain) => chain.map(({ now, bytes }) => [now / MS, ...bytes]))).toEqual([
      [[10, 0xc0, 1]],
      [
        [20, 0xc0, 2],
        [20, 0xc1, 2],
        [20, 0xc2, 2],
      ],
      [[30, 0xc0, 3]],
    ]);
    expect(inUse(stream)).toBe(0);
  });

  it('67: SchedulePreFetch of 5 ms delivers an event 15 ms after it came, for a stamp 20 ms ahead', () => {
    const { pin, stream, scheduler } = render({ preFetch: 50_000 });
    pin.setState('RUN');
    write(pin, [20, 0xc0, 1]);
    scheduler.advance(15 * MS - 1);
    expect(stream.played).toEqual([]);
    scheduler.advance(1);
    expect(stream.played).toEqual([{ now: 15 * MS, time: 20 * MS, bytes: [0xc0, 1] }]);
  });

  it('68: a huge SchedulePreFetch delivers on arrival', () => {
    const { pin, stream } = render({ preFetch: Number.MAX_SAFE_INTEGER });
    pin.setState('RUN');
    write(pin, [3_600_000, 0xc0, 1]);
    expect(stream.played).toHaveLength(1);
  });

  it('69, 70, 71: the port gives an allocator whose events are zeroed, take long data back, and end chains', () => {
    const { stream, pin } = render({ preFetch: Number.MAX_SAFE_INTEGER });
    const { allocator } = stream;
    pin.setState('RUN');
    write(pin, [0, 0xf0, ...Array.from({ length: 10 }, () => 1), 0xf7]);
    expect(stream.played[0]!.bytes).toHaveLength(12);
    expect(allocator).toMatchObject({ eventsInUse: 0, buffersInUse: 0 });
    const event = allocator.getMessage();
    expect([
      event.length,
      event.flags,
      event.presentationTime,
      event.buffer,
      ...event.slab.subarray(event.slabOffset, event.slabOffset + 8),
    ]).toEqual([0, 0, 0, null, 0, 0, 0, 0, 0, 0, 0, 0]);
    allocator.putMessage(event);
    // 70: a capture stream whose output is not connected ends in the allocator.
    stream.disconnectOutput();
    stream.capture(KERNEL_EVENT_FLAGS.complete, 0x90, 60, 1);
    expect(inUse(stream)).toBe(0);
  });

  it('72: PAUSE holds a due event, and STOP returns it to the allocator unplayed', () => {
    const { pin, stream, scheduler } = render();
    pin.setState('RUN');
    scheduler.advance(50 * MS);
    pin.setState('PAUSE');
    write(pin, [10, 0xc0, 1]);
    scheduler.advance(50 * MS);
    expect([stream.played.length, inUse(stream)]).toEqual([0, 1]);
    pin.setState('STOP');
    expect([stream.played.length, inUse(stream)]).toEqual([0, 0]);
    expect(statusOf(() => write(pin, [10, 0xc0, 1]))).toBe('STATUS_INVALID_DEVICE_STATE');
    expect(scheduler.pending).toBe(0);
  });

  it('presentation time stands still in PAUSE: what waits comes that much later', () => {
    const { pin, stream, scheduler } = render();
    pin.setState('RUN');
    write(pin, [20, 0xc0, 1]);
    scheduler.advance(15 * MS);
    pin.setState('PAUSE');
    scheduler.advance(100 * MS);
    pin.setState('RUN');
    scheduler.advance(10 * MS);
    expect(stream.played).toEqual([{ now: 120 * MS, time: 20 * MS, bytes: [0xc0, 1] }]);
  });

  it('late events are delivered at once', () => {
    const { pin, stream, scheduler } = render();
    pin.setState('RUN');
    scheduler.advance(50 * MS);
    write(pin, [10, 0xc0, 1]);
    expect(stream.played).toEqual([{ now: 50 * MS, time: 10 * MS, bytes: [0xc0, 1] }]);
  });

  it('STOP ends the notes that sound, where the miniport asks for it', () => {
    const notes: [number, ...number[]][] = [
      [0, 0x90, 60, 100],
      [0, 0x90, 62, 100],
      [0, 0xb3, 64, 127],
      [1, 0x80, 60, 0],
    ];
    for (const silenceOnStop of [true, false]) {
      const { pin, stream, scheduler } = render({ silenceOnStop });
      pin.setState('RUN');
      write(pin, ...notes);
      scheduler.advance(5 * MS);
      const before = stream.played.length;
      pin.setState('STOP');
      expect(stream.played.slice(before).map(({ bytes }) => bytes)).toEqual(
        silenceOnStop
          ? [
              [0x80, 62, 64],
              [0xb3, 64, 0],
              [0xb3, 123, 0],
              [0xb0, 123, 0],
            ]
          : [],
      );
      pin.setState('RUN');
      pin.setState('STOP');
      expect(stream.played.length - before).toBe(silenceOnStop ? 4 : 0);
    }
  });

  it('a refused state leaves the stream as it was', () => {
    const { pin, stream, scheduler } = render();
    stream.refuse = 'RUN';
    expect(statusOf(() => pin.setState('RUN'))).toBe('STATUS_INVALID_DEVICE_STATE');
    write(pin, [0, 0xc0, 1]);
    scheduler.advance(10 * MS);
    expect([pin.state, stream.played.length]).toEqual(['PAUSE', 0]);
  });
});

describe('capture streams of the DMus port', () => {
  function capture(format: DataFormat = DIRECTMUSIC_FORMAT) {
    const { filter, ...rest } = setUp();
    const pin = filter.createPin(CAPTURE_PIN, format);
    const got: { status: string; startTime: number; data: Uint8Array }[] = [];
    const read = (bytes: number) => {
      const buffer = new Uint8Array(bytes);
      pin.read({
        buffer,
        completed: ({ status, startTime, length }) =>
          got.push({ status, startTime, data: buffer.subarray(0, length) }),
      });
    };
    const messages = () =>
      got.flatMap(({ startTime, data }) => {
        const reader =
          format === MIDI_FORMAT
            ? new MusicFormatReader(referenceTime(startTime), data)
            : new EventRecordReader(referenceTime(startTime), data);
        const list: number[][] = [];
        while (reader.next()) {
          list.push([
            reader.time / MS,
            ...data.subarray(reader.dataOffset, reader.dataOffset + reader.dataLength),
          ]);
        }
        return list;
      });
    return { ...rest, pin, got, read, messages, stream: rest.miniport.streams[0]! };
  }
  const { complete, incomplete } = KERNEL_EVENT_FLAGS;

  it('73: what arrives in STOP or ACQUIRE is dropped, in PAUSE forwarded', () => {
    const { pin, stream, scheduler, read, messages } = capture();
    read(64);
    stream.capture(complete, 0x90, 1, 1);
    pin.setState('ACQUIRE');
    stream.capture(incomplete, 0x90, 2, 1);
    pin.setState('RUN');
    scheduler.advance(7 * MS);
    pin.setState('PAUSE');
    scheduler.advance(7 * MS);
    stream.capture(complete, 0x90, 3, 1);
    expect(messages()).toEqual([[7, 0x90, 3, 1]]);
    expect(inUse(stream)).toBe(0);
  });

  it('74: 90 3C 40 3E 40 becomes two messages', () => {
    for (const format of [DIRECTMUSIC_FORMAT, MIDI_FORMAT]) {
      const { pin, stream, scheduler, read, messages } = capture(format);
      scheduler.advance(100 * MS);
      pin.setState('RUN');
      scheduler.advance(5 * MS);
      for (let count = 0; count < 3; count++) read(64);
      stream.capture(incomplete, 0x90, 0x3c, 0x40, 0x3e, 0x40);
      expect(messages()).toEqual([
        [5, 0x90, 0x3c, 0x40],
        [5, 0x90, 0x3e, 0x40],
      ]);
    }
  });

  it('a message that comes in parts has the stamp of its first byte', () => {
    const { pin, stream, scheduler, read, messages } = capture();
    pin.setState('RUN');
    for (let count = 0; count < 3; count++) read(64);
    stream.capture(incomplete, 0x90, 60);
    scheduler.advance(2 * MS);
    stream.capture(incomplete, 0xf8, 64);
    expect(messages()).toEqual([
      [2, 0xf8],
      [0, 0x90, 60, 64],
    ]);
  });

  it('fills the client’s buffers in order and keeps what finds none', () => {
    const { pin, stream, read, got, messages } = capture(MIDI_FORMAT);
    pin.setState('RUN');
    for (let key = 0; key < 5; key++) stream.capture(complete, 0x90, key, 1);
    expect(got).toEqual([]);
    read(30);
    expect(got.map(({ status, data }) => [status, data.length])).toEqual([['STATUS_SUCCESS', 24]]);
    read(100);
    expect(messages().map(([, , key]) => key)).toEqual([0, 1, 2, 3, 4]);
    expect(inUse(stream)).toBe(0);
  });

  it('divides a long event over buffers', () => {
    const { pin, stream, read, messages } = capture(MIDI_FORMAT);
    pin.setState('RUN');
    stream.capture(complete, 0xf0, 1, 2, 3, 4, 5, 6, 0xf7);
    for (let count = 0; count < 2; count++) read(12);
    expect(messages().flatMap(([, ...bytes]) => bytes)).toEqual([0xf0, 1, 2, 3, 4, 5, 6, 0xf7]);
  });

  it('STOP gives the buffers back; a buffer that holds no message is refused', () => {
    const { pin, stream, read, got } = capture();
    expect(statusOf(() => read(23))).toBe('STATUS_BUFFER_TOO_SMALL');
    pin.setState('RUN');
    read(24);
    read(24);
    pin.setState('STOP');
    expect(got.map(({ status }) => status)).toEqual(['STATUS_CANCELLED', 'STATUS_CANCELLED']);
    read(24);
    pin.close();
    expect(got).toHaveLength(3);
    expect(inUse(stream)).toBe(0);
  });

  it('a client that does not read costs a bounded number of events', () => {
    const { pin, stream } = capture();
    pin.setState('RUN');
    for (let count = 0; count < 10_000; count++) stream.capture(complete, 0x90, 60, 1);
    expect(inUse(stream)).toBe(4096);
  });

  it('75, 76: Notify(NULL) has three groups serviced; streams see PutMessage(NULL), Service is never called', () => {
    const { filter, miniport, scheduler, asked } = setUp();
    filter.createPin(CAPTURE_PIN, DIRECTMUSIC_FORMAT);
    filter.createPin(CAPTURE_PIN, DIRECTMUSIC_FORMAT);
    const serviced = [0, 0];
    miniport.streamGroups.forEach((group, index) =>
      group.addMember({ requestService: () => serviced[index]!++ }),
    );
    miniport.port!.notify();
    scheduler.runQueued();
    expect([miniport.initServiced, ...serviced]).toEqual([1, 1, 1]);
    expect(miniport.streams.map((stream) => stream.serviced)).toEqual([1, 1]);
    expect(asked).not.toContain('service');
    expect(asked).toContain('newStream');
  });
});

describe('streams of an IMiniportMidi', () => {
  /** A byte stream like that of an FM synthesizer: takes everything, or what the test lets it take. */
  class BytesMiniport implements MiniportMidi {
    readonly written: number[] = [];
    readonly tries: number[] = [];
    readonly room: number[] = [];
    incoming: number[] = [];
    port: PortDMus | undefined;

    init({ port }: MiniportInit<PortDMus>): void {
      this.port = port;
      port.registerServiceGroup(port.newServiceGroup());
    }

    getDescription() {
      return uartDescription();
    }

    service(): void {}

    newStream(): { stream: MiniportMidiStream } {
      return {
        stream: {
          silenceOnStop: true,
          setFormat: () => undefined,
          setState: () => undefined,
          read: (buffer) => {
            const bytes = this.incoming.splice(0, buffer.length);
            buffer.set(bytes);
            return bytes.length;
          },
          write: (bytes) => {
            this.tries.push(bytes.length);
            const taken = Math.min(this.room.shift() ?? Infinity, bytes.length);
            this.written.push(...bytes.subarray(0, taken));
            return taken;
          },
          dispose: () => undefined,
        },
      };
    }
  }

  function bytes() {
    const scheduler = new ManualScheduler();
    const portCls = new PortCls({ masterClock: scheduler, scheduler });
    const adapter = portCls.addAdapterDevice({ id: 'test', name: 'Test', maxObjects: 1 });
    const miniport = new BytesMiniport();
    const { filter } = adapter.installSubdevice('MIDI', portCls.newPort(CLSID.PortMidi), miniport);
    return { scheduler, miniport, filter };
  }

  it('writes when due, in order; 0 bytes taken is tried again after 1 ms, a part of 4 goes on behind it', () => {
    const { scheduler, miniport, filter } = bytes();
    const pin = filter.createPin(0, MIDI_FORMAT);
    pin.setState('RUN');
    miniport.room.push(0, 4, 0);
    pin.write(referenceTime(0), musicRecords([5, 0xf0, 1, 2, 3, 4, 5, 0xf7], [0, 0x90, 60, 1]));
    scheduler.advance(5 * MS);
    expect([miniport.tries, miniport.written]).toEqual([[7], []]);
    scheduler.advance(1 * MS);
    expect([miniport.tries, miniport.written]).toEqual([
      [7, 7],
      [0xf0, 1, 2, 3],
    ]);
    scheduler.advance(3 * MS);
    expect(miniport.written).toEqual([0xf0, 1, 2, 3, 4, 5, 0xf7, 0x90, 60, 1]);
    expect(scheduler.pending).toBe(0);
  });

  it('a busy miniport still gets the note-offs of STOP, and the rest of a message it took a part of', () => {
    const { scheduler, miniport, filter } = bytes();
    const pin = filter.createPin(0, MIDI_FORMAT);
    pin.setState('RUN');
    pin.write(referenceTime(0), musicRecords([0, 0x90, 60, 1]));
    scheduler.advance(1);
    miniport.room.push(4, 0, 0);
    pin.write(referenceTime(0), musicRecords([0, 0xf0, 1, 2, 3, 4, 0xf7], [0, 0x91, 70, 1]));
    scheduler.advance(1);
    pin.close();
    scheduler.advance(10 * MS);
    expect(miniport.written.slice(3)).toEqual([
      ...[0xf0, 1, 2, 3, 4, 0xf7],
      ...[0x80, 60, 64, 0x81, 70, 64],
      ...[0xb0, 123, 0, 0xb1, 123, 0],
    ]);
    expect(scheduler.pending).toBe(0);
  });

  it('reads what came when the miniport notifies', () => {
    const { scheduler, miniport, filter } = bytes();
    const pin = filter.createPin(CAPTURE_PIN, MIDI_FORMAT);
    pin.setState('RUN');
    const lengths: number[] = [];
    pin.read({ buffer: new Uint8Array(64), completed: ({ length }) => lengths.push(length) });
    miniport.incoming = [0x90, 60, 1];
    miniport.port!.notify();
    scheduler.runQueued();
    expect(lengths).toEqual([12]);
  });
});
