import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../../../src/contract/emitter.ts';
import { referenceTime, type ReferenceTime } from '../../../../../src/contract/units.ts';
import type { DataFormat } from '../../../../../src/main/engine/ks/format.ts';
import { CLSID, KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { NO_NODE } from '../../../../../src/main/engine/ks/property.ts';
import { KSPROPERTY_SYNTH, SYNTH_PC } from '../../../../../src/main/engine/ks/properties/synth.ts';
import type { Filter } from '../../../../../src/main/engine/ks/filter.ts';
import {
  EventRecordReader,
  EventRecordWriter,
} from '../../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { InterruptSync } from '../../../../../src/main/engine/portcls/interruptSync.ts';
import { offerBuiltInMiniports } from '../../../../../src/main/engine/portcls/miniports/builtIn.ts';
import { CaptureFifo } from '../../../../../src/main/engine/portcls/miniports/uart/captureFifo.ts';
import { MiniportDMusUart } from '../../../../../src/main/engine/portcls/miniports/uart/dmusUart.ts';
import { Mpu401, MPU401 } from '../../../../../src/main/engine/portcls/miniports/uart/mpu401.ts';
import type { MidiTransport } from '../../../../../src/main/engine/portcls/miniports/uart/transportUart.ts';
import { MiniportUart } from '../../../../../src/main/engine/portcls/miniports/uart/uart.ts';
import type { UartAdapter } from '../../../../../src/main/engine/portcls/miniports/uart/uartDevice.ts';
import { UART_PIN } from '../../../../../src/main/engine/portcls/miniports/uart/uartDescription.ts';
import { PortCls } from '../../../../../src/main/engine/portcls/portcls.ts';
import {
  ResourceList,
  type ResourceDescriptor,
} from '../../../../../src/main/engine/portcls/resourceList.ts';
import { DIRECTMUSIC_FORMAT } from '../../../../../src/main/engine/wdmaud/midiClient.ts';
import { MIDI_FORMAT } from '../../../../../src/main/engine/wdmaud/midiDevices.ts';
import { ManualScheduler } from '../../../../fixtures/manualScheduler.ts';
import { SimulatedMpu401 } from '../../../../fixtures/simulatedMpu401.ts';
import { statusOf } from '../../../../fixtures/statusOf.ts';
import { musicRecords, propertyRuns } from '../dmus/support.ts';
import { fuzz } from '../../../../support/fuzzing.ts';

const MS = 10_000;
const IO: ResourceDescriptor = { type: 'port', start: 0x330, length: 2 };
const IRQ: ResourceDescriptor = { type: 'interrupt', start: 9, length: 1 };
const DMA: ResourceDescriptor = { type: 'dma', start: 1, length: 1 };

/** The two generations of the MIDI half of an adapter driver. */
type Flavour = 'MIDI port and UART' | 'DMus port and DMusUART';
const FLAVOURS: readonly Flavour[] = ['MIDI port and UART', 'DMus port and DMusUART'];

function driver(flavour: Flavour) {
  return flavour === 'MIDI port and UART'
    ? { port: CLSID.PortMidi, miniport: CLSID.MiniportDriverUart }
    : { port: CLSID.PortDMus, miniport: CLSID.MiniportDriverDMusUART };
}

function system() {
  const scheduler = new ManualScheduler();
  const portCls = new PortCls({ masterClock: scheduler, scheduler });
  offerBuiltInMiniports(portCls);
  return { scheduler, portCls };
}

function install(
  flavour: Flavour,
  options: {
    prepare?(device: SimulatedMpu401): void;
    resources?: ResourceDescriptor[];
    transport?: MidiTransport;
  } = {},
) {
  const { scheduler, portCls } = system();
  const interruptSync = new InterruptSync('Normal');
  interruptSync.connect();
  const device = new SimulatedMpu401(interruptSync);
  options.prepare?.(device);
  const resources = ResourceList.of(options.resources ?? [IO, IRQ]);
  const adapter: UartAdapter = options.transport
    ? { midiTransport: options.transport }
    : { interruptSync, mapPorts: () => device };
  const classes = driver(flavour);
  const card = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 1 });
  const port = portCls.newPort(classes.port);
  const miniport = portCls.newMiniport(classes.miniport) as MiniportUart | MiniportDMusUart;
  const { filter, categories } = card.installSubdevice('UART', port, miniport, { adapter, resources });
  return { scheduler, card, device, miniport, filter, categories, port };
}

/** Reads everything a capture pin gives, as [milliseconds, bytes]. */
function reader(filter: Filter) {
  const pin = filter.createPin(UART_PIN.MIDI_IN, DIRECTMUSIC_FORMAT);
  const messages: [number, ...number[]][] = [];
  const next = (): void => {
    const buffer = new Uint8Array(8192);
    pin.read({
      buffer,
      completed({ status, startTime, length }) {
        if (status !== 'STATUS_SUCCESS') return;
        const records = new EventRecordReader(startTime, buffer.subarray(0, length));
        while (records.next()) {
          const { dataOffset, dataLength, time } = records;
          messages.push([time / MS, ...buffer.subarray(dataOffset, dataOffset + dataLength)]);
        }
        next();
      },
    });
  };
  next();
  return { pin, messages, read: next };
}

function writer(filter: Filter, format: DataFormat = MIDI_FORMAT) {
  const pin = filter.createPin(format === MIDI_FORMAT ? UART_PIN.MIDI_OUT : UART_PIN.DIRECTMUSIC_OUT, format);
  const write = (...bytes: number[]) =>
    pin.write(
      referenceTime(0),
      format === MIDI_FORMAT
        ? musicRecords([0, ...bytes])
        : new EventRecordWriter()
            .begin(referenceTime(0))
            .append(referenceTime(0), Uint8Array.from(bytes))
            .take(),
    );
  return { pin, write };
}

describe('MPU-401', () => {
  const init = (prepare: (device: SimulatedMpu401) => void = () => undefined) => {
    const device = new SimulatedMpu401();
    prepare(device);
    return { device, status: statusOf(() => new Mpu401(device).initialize()) };
  };

  it('resets twice, needs the second answer, and enters UART mode', () => {
    const { device, status } = init();
    expect([status, device.commands, device.uartMode]).toEqual([undefined, [0xff, 0xff, 0x3f], true]);
  });

  it('takes the answer to the UART command out of the way of captured bytes', () => {
    const { device } = init((mpu) => (mpu.acknowledgesUart = true));
    expect(device.readStatus() & MPU401.STATUS_NO_INPUT).toBe(MPU401.STATUS_NO_INPUT);
  });

  it('does not mind that a device in UART mode leaves the first reset unanswered, after 50 ms', () => {
    const { device, status } = init((mpu) => (mpu.uartMode = true));
    expect([status, device.commands, device.uartMode]).toEqual([undefined, [0xff, 0xff, 0x3f], true]);
    // And two looks for an answer to the UART command, which not every device gives.
    expect(device.stalled).toBe(MPU401.TIMEOUT + 2 * MPU401.POLL);
  });

  it('STATUS_IO_DEVICE_ERROR when nothing answers, after 50 ms a reset', () => {
    const { device, status } = init((mpu) => (mpu.absent = true));
    expect(status).toBe('STATUS_IO_DEVICE_ERROR');
    expect(device.stalled).toBeLessThanOrEqual(100 * MS);
  });

  it('waits 50 ms for room inside a message and two looks at its start', () => {
    const device = new SimulatedMpu401();
    const mpu = new Mpu401(device);
    const bytes = Uint8Array.of(0x90, 60, 64, 0x80, 60, 0);
    device.busyPolls = 2;
    expect(mpu.write(bytes, 0, 6, 3)).toBe(0);
    device.busyPolls = 1;
    expect(mpu.write(bytes, 0, 6, 3)).toBe(6);
    expect(device.sent).toEqual([...bytes]);
    const write = device.writeData.bind(device);
    device.writeData = (byte) => {
      write(byte);
      device.busyPolls = Infinity;
    };
    expect(statusOf(() => mpu.write(bytes, 0, 6, 3))).toBe('STATUS_IO_DEVICE_ERROR');
  });
});

describe('capture FIFO', () => {
  it('drops what comes when it is full and keeps what is in it', () => {
    const fifo = new CaptureFifo(MPU401.FIFO_BYTES);
    fifo.put(Uint8Array.from({ length: 200 }, (_, index) => index));
    expect([fifo.size, fifo.dropped]).toEqual([128, 72]);
    const buffer = new Uint8Array(256);
    expect([fifo.take(buffer), buffer[127], fifo.take(buffer)]).toEqual([128, 127, 0]);
  });

  it('keeps bytes of different times apart', () => {
    const fifo = new CaptureFifo(8);
    const buffer = new Uint8Array(8);
    for (let round = 0; round < 5; round++) {
      fifo.put(Uint8Array.of(1, 2), referenceTime(10));
      fifo.put(Uint8Array.of(3), referenceTime(10));
      fifo.put(Uint8Array.of(4), referenceTime(20));
      expect([fifo.time, fifo.take(buffer), ...buffer.subarray(0, 3)]).toEqual([10, 3, 1, 2, 3]);
      expect([fifo.time, fifo.take(buffer), buffer[0]]).toEqual([20, 1, 4]);
    }
  });
});

describe('UART miniports', () => {
  it('PcNewMiniport knows them', () => {
    const { portCls } = system();
    expect(portCls.newMiniport(CLSID.MiniportDriverUart)).toBeInstanceOf(MiniportUart);
    expect(portCls.newMiniport(CLSID.MiniportDriverDMusUART)).toBeInstanceOf(MiniportDMusUart);
    expect(portCls.newMiniport(CLSID.MiniportDriverDMusUARTCapture)).toBeInstanceOf(MiniportDMusUart);
  });

  it('first generation: a MIDI port and a UART bound to a device', () => {
    const { portCls, scheduler } = system();
    const device = new SimulatedMpu401();
    // The adapter driver.
    const card = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 1 });
    const port = portCls.newPort(CLSID.PortMidi);
    const miniport = portCls.newMiniport(CLSID.MiniportDriverUart) as MiniportUart;
    const resources = ResourceList.of([IO]);
    const adapter: UartAdapter = { mapPorts: () => device };
    const { filter } = card.installSubdevice('UART', port, miniport, { adapter, resources });
    // Its client.
    const { pin, write } = writer(filter);
    pin.setState('RUN');
    write(0x90, 60, 64);
    scheduler.advance(1);
    expect(device.sent).toEqual([0x90, 60, 64]);
  });

  it('second generation: a DMus port and a DMusUART bound to the same device', () => {
    const { portCls, scheduler } = system();
    const device = new SimulatedMpu401();
    // The adapter driver.
    const card = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 1 });
    const port = portCls.newPort(CLSID.PortDMus);
    const miniport = portCls.newMiniport(CLSID.MiniportDriverDMusUART) as MiniportDMusUart;
    const resources = ResourceList.of([IO]);
    const adapter: UartAdapter = { mapPorts: () => device };
    const { filter } = card.installSubdevice('UART', port, miniport, { adapter, resources });
    // Its client.
    const { pin, write } = writer(filter, DIRECTMUSIC_FORMAT);
    pin.setState('RUN');
    write(0x90, 60, 64);
    scheduler.advance(1);
    expect(device.sent).toEqual([0x90, 60, 64]);
  });

  describe.each(FLAVOURS)('%s', (flavour) => {
    it('26: categories AUDIO, RENDER, CAPTURE and not SYNTHESIZER', () => {
      const { categories } = install(flavour);
      expect(categories).toEqual([KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.CAPTURE]);
    });

    it('has the pins, nodes and connections of the table', () => {
      const { pins, nodes, connections } = install(flavour).filter.descriptor;
      expect(pins.map(({ dataFlow, communication }) => [dataFlow, communication])).toEqual([
        ['IN', 'SINK'],
        ['IN', 'SINK'],
        ['OUT', 'NONE'],
        ['IN', 'NONE'],
        ['OUT', 'SINK'],
      ]);
      expect(pins.map(({ name }) => name)).toEqual([
        KSAUDFNAME.MIDI,
        KSAUDFNAME.DMUSIC_MPU_OUT,
        null,
        null,
        KSAUDFNAME.DMUSIC_MPU_IN,
      ]);
      expect(pins[4]!.dataRanges).toHaveLength(2);
      expect(nodes.map(({ type }) => type)).toEqual([KSNODETYPE.SYNTHESIZER, KSNODETYPE.SYNTHESIZER]);
      expect(connections.map(({ fromNode, toNode }) => [fromNode, toNode])).toEqual([
        [NO_NODE, NO_NODE],
        [NO_NODE, 0],
        [0, NO_NODE],
        [NO_NODE, 1],
        [1, NO_NODE],
      ]);
    });

    it('answers SYNTHCAPS', () => {
      const { filter } = install(flavour);
      const pin = filter.createPin(UART_PIN.DIRECTMUSIC_OUT, DIRECTMUSIC_FORMAT);
      expect(pin.get(KSPROPERTY_SYNTH.CAPS, undefined, 0)).toMatchObject({
        flags: SYNTH_PC.EXTERNAL,
        memorySize: 0,
        maxChannelGroups: 1,
        maxVoices: 0xffffffff,
        maxAudioChannels: 0xffffffff,
        effectFlags: 0,
      });
    });

    it('takes one I/O range, at most one interrupt and no DMA', () => {
      for (const resources of [[], [IRQ], [IO, IO], [IO, IRQ, IRQ], [IO, DMA]]) {
        expect(statusOf(() => install(flavour, { resources }))).toBe('STATUS_DEVICE_CONFIGURATION_ERROR');
      }
      expect(statusOf(() => install(flavour, { resources: [IO] }))).toBeUndefined();
    });

    it('does not start on a device that does not answer', () => {
      expect(statusOf(() => install(flavour, { prepare: (device) => (device.absent = true) }))).toBe(
        'STATUS_IO_DEVICE_ERROR',
      );
    });

    it('has two render streams and one capture stream', () => {
      const { miniport, filter, port } = install(flavour);
      filter.createPin(UART_PIN.MIDI_OUT, MIDI_FORMAT);
      filter.createPin(UART_PIN.DIRECTMUSIC_OUT, DIRECTMUSIC_FORMAT);
      filter.createPin(UART_PIN.MIDI_IN, MIDI_FORMAT);
      expect(port.miniport).toBe(miniport);
      for (const pin of [UART_PIN.MIDI_OUT, UART_PIN.MIDI_IN]) {
        expect(statusOf(() => port.createPin(pin, MIDI_FORMAT))).toBe('STATUS_INVALID_DEVICE_REQUEST');
      }
    });

    it('captures in RUN only, and stamps a batch with one clock reading', () => {
      const { device, filter, scheduler } = install(flavour);
      const { pin, messages } = reader(filter);
      device.receive(0x90, 1, 1);
      pin.setState('PAUSE');
      device.receive(0x90, 2, 1);
      scheduler.advance(3 * MS);
      pin.setState('RUN');
      scheduler.advance(5 * MS);
      device.receive(0x90, 60, 64, 62, 64);
      scheduler.runQueued();
      expect(messages).toEqual([
        [5, 0x90, 60, 64],
        [5, 0x90, 62, 64],
      ]);
    });

    it('STOP clears what was not fetched; more than 128 bytes between services are dropped', () => {
      const { device, filter, scheduler } = install(flavour);
      const { pin, messages, read } = reader(filter);
      pin.setState('RUN');
      device.receive(0x90, 1, 1);
      pin.setState('STOP');
      read();
      pin.setState('RUN');
      scheduler.runQueued();
      expect(messages).toEqual([]);
      device.receive(...Array.from({ length: 100 }, () => [0xb0, 7, 1]).flat());
      scheduler.runQueued();
      expect(messages).toHaveLength(42);
    });

    it('a busy device gets everything in the end, in order', () => {
      const { device, filter, scheduler } = install(flavour);
      const { pin, write } = writer(filter);
      pin.setState('RUN');
      device.busyPolls = 10;
      write(0x90, 60, 64);
      write(0xf0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xf7);
      write(0xc0, 5);
      scheduler.advance(20 * MS);
      expect(device.sent).toEqual([0x90, 60, 64, 0xf0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xf7, 0xc0, 5]);
      expect(scheduler.pending).toBe(0);
    });

    it('100 writes without progress are a failure: RUN is refused until the device is powered up again', () => {
      const { device, filter, scheduler, miniport } = install(flavour);
      const { pin, write } = writer(filter, DIRECTMUSIC_FORMAT);
      pin.setState('RUN');
      device.busyPolls = Infinity;
      write(0x90, 60, 64);
      scheduler.advance(150 * MS);
      expect([device.sent, scheduler.pending]).toEqual([[], 0]);
      pin.close();
      const other = writer(filter, DIRECTMUSIC_FORMAT);
      expect(statusOf(() => other.pin.setState('RUN'))).toBe('STATUS_INVALID_DEVICE_STATE');
      void miniport.powerChangeNotify('D3');
      device.busyPolls = 0;
      device.commands.length = 0;
      void miniport.powerChangeNotify('D0');
      expect(device.commands).toEqual([0xff, 0xff, 0x3f]);
      other.pin.setState('RUN');
      other.write(0x90, 60, 64);
      scheduler.advance(1);
      expect(device.sent).toEqual([0x90, 60, 64]);
    });

    it('over a MIDI port of the system: arrival times, and a 64 kB SysEx both ways', () => {
      const arrived = new Emitter<{ bytes: Uint8Array; time?: ReferenceTime }>();
      const sent: number[] = [];
      let busy = 3;
      const transport: MidiTransport = {
        send(bytes) {
          if (busy-- > 0) return false;
          sent.push(...bytes);
          return true;
        },
        onBytes: arrived.event,
      };
      const { filter, scheduler } = install(flavour, { transport, resources: [] });
      const { pin: input, messages } = reader(filter);
      const { pin: output, write } = writer(filter);
      input.setState('RUN');
      output.setState('RUN');
      const sysex = [0xf0, ...Array.from({ length: 65_534 }, (_, index) => index & 0x7f), 0xf7];
      write(...sysex);
      scheduler.advance(100 * MS);
      expect(sent).toEqual(sysex);
      arrived.fire({ bytes: Uint8Array.of(0x90, 60, 64), time: referenceTime(99 * MS) });
      arrived.fire({ bytes: Uint8Array.from(sysex) });
      scheduler.runQueued();
      const timed = flavour === 'DMus port and DMusUART' ? 99 : 100;
      expect(messages[0]).toEqual([timed, 0x90, 60, 64]);
      expect(messages.slice(1).flatMap(([, ...bytes]) => bytes)).toEqual(sysex);
    });

    it('any bytes come in whole and no note is left on after STOP', { tags: 'fuzz' }, async () => {
      const chunk = fc.array(
        fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x90, 0x91, 0xf0, 0xf7, 60, 0)),
        { minLength: 1, maxLength: 40 },
      );
      const { device, filter, scheduler } = install(flavour);
      await fuzz(
        `midi/uart/${flavour}`,
        fc.property(fc.array(chunk, { maxLength: 8 }), fc.nat(3), (chunks, busy) => {
          const { pin: input, messages } = reader(filter);
          const { pin: output, write } = writer(filter);
          input.setState('RUN');
          output.setState('RUN');
          device.sent.length = 0;
          for (const bytes of chunks) {
            device.busyPolls = busy * 2;
            device.receive(...bytes);
            write(...bytes);
            scheduler.advance(MS);
          }
          output.close();
          input.close();
          scheduler.advance(10 * MS);
          expect(soundingAfter(device.sent)).toEqual([]);
          expect(messages.length).toBeLessThanOrEqual(chunks.flat().length * 2);
          expect(scheduler.pending).toBe(0);
        }),
        propertyRuns,
      );
    });
  });
});

/** Notes a receiver of these bytes would hear go on, as channel * 128 + key. */
function soundingAfter(bytes: readonly number[]): number[] {
  const notes = new Set<number>();
  let status = 0;
  let data: number[] = [];
  for (const byte of bytes) {
    if (byte >= 0xf8) continue;
    if (byte >= 0x80) {
      status = byte < 0xf0 ? byte : 0;
      data = [];
      continue;
    }
    if (status === 0) continue;
    data.push(byte);
    if (data.length < ((status & 0xe0) === 0xc0 ? 1 : 2)) continue;
    const note = (status & 0xf) * 128 + data[0]!;
    if ((status & 0xf0) === 0x90 && data[1]! > 0) notes.add(note);
    if ((status & 0xf0) === 0x90 && data[1] === 0) notes.delete(note);
    if ((status & 0xf0) === 0x80) notes.delete(note);
    data = [];
  }
  return [...notes];
}
