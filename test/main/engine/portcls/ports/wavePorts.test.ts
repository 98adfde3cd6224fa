import { describe, expect, it } from 'vitest';
import { millisecondsToReferenceTime } from '../../../../../src/contract/units.ts';
import type { FilterDescriptor } from '../../../../../src/main/engine/ks/descriptor.ts';
import { pcmFormat } from '../../../../../src/main/engine/ks/format.ts';
import { CLSID, KSCATEGORY } from '../../../../../src/main/engine/ks/guid.ts';
import type { PinInstance } from '../../../../../src/main/engine/ks/pin.ts';
import { KSPROPERTY_AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { KSPROPERTY_CONNECTION } from '../../../../../src/main/engine/ks/properties/connection.ts';
import { KSPROPERTY_PIN } from '../../../../../src/main/engine/ks/properties/pin.ts';
import { KSPROPERTY_RTAUDIO } from '../../../../../src/main/engine/ks/properties/rtAudio.ts';
import { KsError } from '../../../../../src/main/engine/ks/status.ts';
import type { TraceRecord } from '../../../../../src/main/engine/ks/trace.ts';
import { PortCls } from '../../../../../src/main/engine/portcls/portcls.ts';
import { installExampleAdapter } from '../../../../fixtures/exampleAdapter/exampleAdapter.ts';
import {
  EXAMPLE_WAVE_DESCRIPTOR,
  ExampleWaveRTMiniport,
  ExampleWaveRTStream,
  PCM_IN_PIN,
  PCM_OUT_PIN,
  type ExampleWaveStream,
} from '../../../../fixtures/exampleAdapter/wave.ts';
import { ManualScheduler } from '../../../../fixtures/manualScheduler.ts';
import { statusOf } from '../../../../fixtures/statusOf.ts';

const FORMAT = pcmFormat(2, 48_000, 16);
const OTHER_FORMAT = pcmFormat(1, 44_100, 16);
const START = millisecondsToReferenceTime(0);
const WAVE_PORTS = ['cyclic', 'pci', 'rt'] as const;

function exampleWith<Wave extends (typeof WAVE_PORTS)[number]>(wavePort: Wave) {
  const scheduler = new ManualScheduler();
  const portCls = new PortCls({ masterClock: scheduler, scheduler });
  return { scheduler, portCls, ...installExampleAdapter(portCls, { wavePort }) };
}

const playOffset = (pin: PinInstance) => pin.get(KSPROPERTY_AUDIO.POSITION, undefined).playOffset;

describe.each(WAVE_PORTS)('wave port %s', (wavePort) => {
  const open = (pinId = PCM_OUT_PIN) => {
    const example = exampleWith(wavePort);
    const pin = example.wave.filter.createPin(pinId, FORMAT);
    const stream: ExampleWaveStream = example.waveMiniport.streams[0]!;
    // Enough to play in every test; a WaveRT client writes into the cyclic buffer itself.
    if (pinId === PCM_OUT_PIN && wavePort !== 'rt') pin.write(START, new Uint8Array(100_000));
    return { ...example, pin, stream };
  };

  it('gives NewStream the pin, the direction and the format, and starts in STOP', () => {
    const { pin, stream } = open();
    expect([stream.pinId, stream.capture, stream.formats]).toEqual([PCM_OUT_PIN, false, [FORMAT]]);
    expect(pin.get(KSPROPERTY_CONNECTION.STATE, undefined)).toBe('STOP');
    expect(stream.states).toEqual([]);
    expect(pin.stream).toBe(stream);
    expect(open(PCM_IN_PIN).stream.capture).toBe(true);
  });

  it('41: a jump of states reaches the miniport one legal step at a time', () => {
    const { pin, stream } = open();
    pin.set(KSPROPERTY_CONNECTION.STATE, undefined, 'RUN');
    expect(stream.states).toEqual(['ACQUIRE', 'PAUSE', 'RUN']);
    pin.set(KSPROPERTY_CONNECTION.STATE, undefined, 'STOP');
    expect(stream.states.slice(3)).toEqual(['PAUSE', 'ACQUIRE', 'STOP']);
  });

  it('asking for the present state succeeds without a call; a failing step leaves the last state reached', () => {
    const { pin, stream } = open();
    pin.setState('STOP');
    expect(stream.states).toEqual([]);
    stream.failOn = 'PAUSE';
    expect(statusOf(() => pin.setState('RUN'))).toBe('STATUS_IO_DEVICE_ERROR');
    expect(pin.state).toBe('ACQUIRE');
    stream.failOn = undefined;
    pin.setState('RUN');
    expect(stream.states).toEqual(['ACQUIRE', 'PAUSE', 'RUN']);
  });

  it('42: PAUSE freezes the position, STOP takes it back to 0', () => {
    const { pin, stream } = open();
    expect(playOffset(pin)).toBe(0);
    pin.setState('RUN');
    stream.advance(4_000);
    expect(playOffset(pin)).toBe(4_000);
    stream.advance(800);
    pin.setState('PAUSE');
    expect(playOffset(pin)).toBe(4_800);
    stream.advance(1_000);
    expect(playOffset(pin)).toBe(4_800);
    pin.setState('RUN');
    stream.advance(200);
    expect(playOffset(pin)).toBe(5_000);
    pin.setState('STOP');
    expect(playOffset(pin)).toBe(0);
    if (wavePort !== 'rt') pin.write(START, new Uint8Array(100));
    pin.setState('RUN');
    stream.advance(100);
    expect(playOffset(pin)).toBe(100);
  });

  it('42: the position stays frozen although the miniport counts on after RUN', () => {
    const { pin, stream } = open();
    pin.setState('RUN');
    stream.advance(4_000);
    pin.setState('ACQUIRE');
    // A register that runs on although the stream does not.
    stream.setState('RUN');
    stream.advance(4_000);
    expect(playOffset(pin)).toBe(4_000);
  });

  it('changes the format outside RUN, refuses it in RUN and refuses formats of no range', () => {
    const { pin, stream } = open();
    pin.setState('PAUSE');
    pin.set(KSPROPERTY_CONNECTION.DATAFORMAT, undefined, OTHER_FORMAT);
    expect(pin.get(KSPROPERTY_CONNECTION.DATAFORMAT, undefined)).toEqual(OTHER_FORMAT);
    expect(stream.formats).toEqual([FORMAT, OTHER_FORMAT]);
    const change = (format: typeof FORMAT) =>
      statusOf(() => pin.set(KSPROPERTY_CONNECTION.DATAFORMAT, undefined, format));
    expect(change(pcmFormat(2, 192_000, 16))).toBe('STATUS_NO_MATCH');
    pin.setState('RUN');
    expect(change(FORMAT)).toBe(
      wavePort === 'rt' ? 'STATUS_INVALID_PARAMETER' : 'STATUS_INVALID_DEVICE_STATE',
    );
    expect(pin.format).toEqual(OTHER_FORMAT);
    expect(stream.formats).toHaveLength(2);
  });

  it('a refused stream fails the create, takes no instance, and another format can be tried', () => {
    const { wave, waveMiniport } = exampleWith(wavePort);
    waveMiniport.refuseNext = new KsError('STATUS_INVALID_PARAMETER', 'No such rate here.');
    expect(statusOf(() => wave.filter.createPin(PCM_OUT_PIN, FORMAT))).toBe('STATUS_INVALID_PARAMETER');
    expect(wave.filter.get(KSPROPERTY_PIN.CINSTANCES, { pinId: PCM_OUT_PIN }).current).toBe(0);
    expect(wave.filter.createPin(PCM_OUT_PIN, OTHER_FORMAT).format).toEqual(OTHER_FORMAT);
  });

  it('takes buffers where the port copies or maps them; a WaveRT pin has its cyclic buffer instead', () => {
    const { pin } = open();
    const write = () => pin.write(START, new Uint8Array(4));
    if (wavePort === 'rt') expect(statusOf(write)).toBe('STATUS_INVALID_DEVICE_REQUEST');
    else expect(write).not.toThrow();
  });

  it('closing in RUN walks down to STOP and releases the stream, also when the hardware refuses', () => {
    const { pin, stream, wave } = open();
    pin.setState('RUN');
    stream.failOn = 'PAUSE';
    pin.close();
    expect(stream.states.slice(3)).toEqual(['ACQUIRE', 'STOP']);
    expect(stream.disposed).toBe(true);
    expect(wave.filter.counts(PCM_OUT_PIN).globalCurrent).toBe(0);
  });

  it('RULE-12: unregistering stops open streams and leaves the handle for close only', () => {
    const { pin, stream, adapter, wave } = open();
    pin.setState('RUN');
    adapter.unregisterSubdevice('Wave');
    expect(stream.states.slice(3)).toEqual(['PAUSE', 'ACQUIRE', 'STOP']);
    expect(stream.disposed).toBe(false);
    expect(statusOf(() => pin.get(KSPROPERTY_AUDIO.POSITION, undefined))).toBe('STATUS_DEVICE_REMOVED');
    expect(statusOf(() => wave.filter.createPin(PCM_IN_PIN, FORMAT))).toBe('STATUS_DEVICE_REMOVED');
    pin.close();
    expect(stream.disposed).toBe(true);
  });
});

describe('stream creation', () => {
  it('checks limits, powers up, calls NewStream and only then services, in this order', () => {
    const { portCls, adapter, wave, waveMiniport } = exampleWith('cyclic');
    const order: string[] = [];
    adapter.power.register({
      powerChangeState: (state: string) => order.push(`power ${state}`),
      queryPowerChangeState: () => undefined,
      queryDeviceCapabilities: (map: unknown) => map,
    });
    adapter.power.request('D3');
    order.length = 0;
    const newStream = waveMiniport.newStream.bind(waveMiniport);
    waveMiniport.newStream = (pinId, capture, format) => {
      order.push(`NewStream, ${waveMiniport.serviceGroup!.members.length} serviced`);
      return newStream(pinId, capture, format);
    };
    const first = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    expect(order).toEqual(['power D0', 'NewStream, 0 serviced']);
    expect(waveMiniport.serviceGroup!.members).toHaveLength(1);
    adapter.power.request('D3');
    order.length = 0;
    expect(statusOf(() => wave.filter.createPin(PCM_OUT_PIN, FORMAT))).toBe('STATUS_UNSUCCESSFUL');
    expect(order).toEqual([]);
    first.close();
    expect(waveMiniport.serviceGroup!.members).toHaveLength(0);
    portCls.dispose();
  });

  it('traces the pin, every state and what the hardware refused', () => {
    const { portCls, wave, waveMiniport } = exampleWith('pci');
    const records: TraceRecord[] = [];
    portCls.tracer.start((record) => records.push(record));
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    waveMiniport.streams[0]!.failOn = 'RUN';
    expect(statusOf(() => pin.setState('RUN'))).toBe('STATUS_IO_DEVICE_ERROR');
    expect(records.map(({ kind, action, status }) => `${kind} ${action} ${status}`)).toEqual([
      'pin create pin 0 STATUS_SUCCESS',
      'state ACQUIRE STATUS_SUCCESS',
      'state PAUSE STATUS_SUCCESS',
      'state RUN STATUS_IO_DEVICE_ERROR',
    ]);
  });
});

describe('WaveCyclic port', () => {
  it('counts bytes since the start over rounds of the cyclic buffer, serviced by the interrupt', () => {
    const { scheduler, wave, waveMiniport } = exampleWith('cyclic');
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    const stream = waveMiniport.streams[0]!;
    pin.write(START, new Uint8Array(300_000));
    pin.setState('RUN');
    for (let interval = 0; interval < 100; interval++) {
      stream.advance(2_000);
      waveMiniport.interrupt();
      scheduler.runQueued();
    }
    expect(playOffset(pin)).toBe(200_000);
  });

  it('43: asks for service every 10 ms and answers the framing the miniport made of it', () => {
    const { wave, waveMiniport } = exampleWith('cyclic');
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    const stream = waveMiniport.streams[0] as unknown as { notificationIntervals: number[] };
    expect(stream.notificationIntervals).toEqual([10]);
    expect(pin.get(KSPROPERTY_CONNECTION.ALLOCATORFRAMING, undefined)).toMatchObject({ frameSize: 1_920 });
  });
});

describe('WavePci port', () => {
  it('has no mappings, and puts the write cursor the pre-fetch offset ahead', () => {
    const { wave, waveMiniport } = exampleWith('pci');
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    const stream = waveMiniport.streams[0]! as unknown as ExampleWaveStream & {
      portStream: { getMapping(tag: number): unknown; setPreFetchOffset(offset: number): void };
    };
    expect(statusOf(() => stream.portStream.getMapping(1))).toBe('STATUS_NOT_FOUND');
    stream.portStream.setPreFetchOffset(256);
    pin.setState('RUN');
    stream.advance(1_000);
    expect(pin.get(KSPROPERTY_AUDIO.POSITION, undefined)).toEqual({ playOffset: 1_000, writeOffset: 1_256 });
    expect(pin.get(KSPROPERTY_CONNECTION.ALLOCATORFRAMING, undefined)).toEqual({
      optionsFlags: 0,
      poolType: 0,
      frames: 8,
      frameSize: 4_096,
      fileAlignment: 3,
    });
  });
});

/** A stream with packets and notifications. */
class PacketStream extends ExampleWaveRTStream {
  packets = 5;

  allocateBufferWithNotification(_count: 1 | 2, requestedSize: number) {
    return this.allocateAudioBuffer(requestedSize);
  }

  freeBufferWithNotification(): void {
    this.freeAudioBuffer();
  }

  registerNotificationEvent(): void {
    // Nothing signals here.
  }

  unregisterNotificationEvent(): void {
    // Nothing signals here.
  }

  setWritePacket(): void {
    throw new KsError('STATUS_DATA_LATE_ERROR', 'The packet is in flight.');
  }

  getPacketCount(): number {
    return this.packets;
  }

  getOutputStreamPresentationPosition() {
    return { positionInBlocks: 480, qpcPosition: 7 };
  }
}

class PacketMiniport extends ExampleWaveRTMiniport {
  override newStream(...parts: Parameters<ExampleWaveRTMiniport['newStream']>) {
    return this.made(() => new PacketStream(...parts));
  }
}

describe('WaveRT port', () => {
  const rt = (pin: PinInstance) => ({
    latency: () => pin.get(KSPROPERTY_RTAUDIO.HWLATENCY, undefined),
    positionRegister: () => pin.get(KSPROPERTY_RTAUDIO.POSITIONREGISTER, { baseAddress: 0 }),
    clockRegister: () => pin.get(KSPROPERTY_RTAUDIO.CLOCKREGISTER, { baseAddress: 0 }),
    notifications: () => pin.get(KSPROPERTY_RTAUDIO.QUERY_NOTIFICATION_SUPPORT, undefined),
    packetCount: () => pin.get(KSPROPERTY_RTAUDIO.PACKETCOUNT, undefined),
    presentation: () => pin.get(KSPROPERTY_RTAUDIO.PRESENTATION_POSITION, undefined),
  });

  it('56: answers latency and registers; a register is mapped once per pin lifetime', () => {
    const { wave } = exampleWith('rt');
    const ask = rt(wave.filter.createPin(PCM_OUT_PIN, FORMAT));
    expect(ask.latency()).toEqual({ fifoSize: 64, chipsetDelay: 10_000, codecDelay: 5_000 });
    expect(ask.positionRegister()).toMatchObject({ width: 32, accuracy: 8 });
    expect(statusOf(ask.positionRegister)).toBe('STATUS_UNSUCCESSFUL');
    expect(statusOf(ask.clockRegister)).toBe('STATUS_NOT_SUPPORTED');
    expect(statusOf(ask.clockRegister)).toBe('STATUS_NOT_SUPPORTED');
  });

  it('a stream without notifications supports no packets', () => {
    const { wave } = exampleWith('rt');
    const ask = rt(wave.filter.createPin(PCM_OUT_PIN, FORMAT));
    expect(ask.notifications()).toBe(false);
    expect(statusOf(ask.packetCount)).toBe('STATUS_NOT_SUPPORTED');
    expect(statusOf(ask.presentation)).toBe('STATUS_NOT_SUPPORTED');
  });

  it('a packet stream answers count and presentation position', () => {
    const { portCls, adapter } = exampleWith('rt');
    const packets = adapter.installSubdevice(
      'Packets',
      portCls.newPort(CLSID.PortWaveRT),
      new PacketMiniport(),
    );
    const ask = rt(packets.filter.createPin(PCM_OUT_PIN, FORMAT));
    expect(ask.notifications()).toBe(true);
    expect(ask.packetCount()).toBe(5);
    expect(ask.presentation()).toEqual({ positionInBlocks: 480, qpcPosition: 7 });
  });

  it('is found in the REALTIME category when the miniport lists none', () => {
    const { portCls, adapter } = exampleWith('rt');
    const miniport = new ExampleWaveRTMiniport();
    const bare: FilterDescriptor = { ...EXAMPLE_WAVE_DESCRIPTOR, categories: [] };
    miniport.getDescription = () => bare;
    const { categories } = adapter.installSubdevice('Bare', portCls.newPort(CLSID.PortWaveRT), miniport);
    expect(categories).toEqual([
      KSCATEGORY.AUDIO,
      KSCATEGORY.RENDER,
      KSCATEGORY.CAPTURE,
      KSCATEGORY.REALTIME,
    ]);
  });
});
