import { describe, expect, it } from 'vitest';
import type { StreamState } from '../../../../../src/contract/hardware.ts';
import { referenceTime } from '../../../../../src/contract/units.ts';
import type { FilterDescriptor, PinDescriptor } from '../../../../../src/main/engine/ks/descriptor.ts';
import {
  KSMUSIC_TECHNOLOGY,
  MIDI_BUS_RANGE,
  musicRange,
  pcmFormat,
  type DataFormat,
} from '../../../../../src/main/engine/ks/format.ts';
import { CLSID, KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_CONNECTION } from '../../../../../src/main/engine/ks/properties/connection.ts';
import {
  KSPROPERTY_SYNTH,
  KSPROPERTY_SYNTHCLOCK,
} from '../../../../../src/main/engine/ks/properties/synth.ts';
import { KSPROPERTY_TOPOLOGY } from '../../../../../src/main/engine/ks/properties/topology.ts';
import type { KernelEvent } from '../../../../../src/main/engine/portcls/dmus/kernelEvent.ts';
import { PortCls } from '../../../../../src/main/engine/portcls/portcls.ts';
import {
  PortDMus,
  type DMusStreamType,
  type MiniportDMus,
  type MxfStream,
  type NewDMusStream,
} from '../../../../../src/main/engine/portcls/ports/dmus.ts';
import type { MiniportMidi, MiniportMidiStream } from '../../../../../src/main/engine/portcls/ports/midi.ts';
import type { MiniportInit } from '../../../../../src/main/engine/portcls/ports/port.ts';
import type { ServiceGroup } from '../../../../../src/main/engine/portcls/serviceGroup.ts';
import { installExampleAdapter } from '../../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { EXAMPLE_SYNTH_CAPS, MIDI_FORMAT, MIDI_OUT_PIN } from '../../../../fixtures/exampleAdapter/midi.ts';
import { ManualScheduler } from '../../../../fixtures/manualScheduler.ts';
import { installSoftwareSynth, SOFTWARE_PCM_PIN } from '../../../../fixtures/softwareSynth.ts';
import { statusOf } from '../../../../fixtures/statusOf.ts';
import { wires } from '../../../../support/testFilters.ts';

const RENDER_PIN = 0;
const CAPTURE_PIN = 4;

function streamPin(dataFlow: 'IN' | 'OUT', name: PinDescriptor['name']): PinDescriptor {
  return {
    maxGlobalInstances: 1,
    maxFilterInstances: 1,
    minFilterInstances: 0,
    dataFlow,
    communication: 'SINK',
    dataRanges: [
      musicRange('MIDI', KSMUSIC_TECHNOLOGY.PORT),
      musicRange('DIRECTMUSIC', KSMUSIC_TECHNOLOGY.PORT),
    ],
    category: KSCATEGORY.AUDIO,
    name,
  };
}

function cablePin(dataFlow: 'IN' | 'OUT', name: PinDescriptor['name']): PinDescriptor {
  return {
    maxGlobalInstances: 0,
    maxFilterInstances: 0,
    minFilterInstances: 0,
    dataFlow,
    communication: 'NONE',
    dataRanges: [MIDI_BUS_RANGE],
    category: KSCATEGORY.AUDIO,
    name,
  };
}

/** Pins, nodes and connections of an MPU-401. Specification 4.9. */
const MPU401: FilterDescriptor = {
  pins: [
    streamPin('IN', KSAUDFNAME.MIDI),
    streamPin('IN', KSAUDFNAME.DMUSIC_MPU_OUT),
    cablePin('OUT', KSAUDFNAME.AUX),
    cablePin('IN', KSAUDFNAME.LINE_IN),
    streamPin('OUT', KSAUDFNAME.DMUSIC_MPU_IN),
  ],
  nodes: [
    { type: KSNODETYPE.SYNTHESIZER, name: KSAUDFNAME.MIDI },
    { type: KSNODETYPE.SYNTHESIZER, name: KSAUDFNAME.AUX },
  ],
  connections: wires([-1, 0, -1, 2], [-1, 1, 0, 1], [0, 0, -1, 2], [-1, 3, 1, 1], [1, 0, -1, 4]),
  categories: [],
};

/** Records what the port hands to an IMXF. */
class RecordingMxf implements MxfStream {
  readonly calls: string[] = [];

  connectOutput(): void {
    this.calls.push('connectOutput');
  }

  disconnectOutput(): void {
    this.calls.push('disconnectOutput');
  }

  putMessage(event: KernelEvent | null): void {
    this.calls.push(event === null ? 'putMessage(NULL)' : 'putMessage');
  }

  setState(state: StreamState): void {
    this.calls.push(state);
  }

  dispose(): void {
    this.calls.push('release');
  }
}

class DMusUart implements MiniportDMus {
  readonly streams: { type: DMusStreamType; mxf: RecordingMxf }[] = [];
  readonly #ownGroups: boolean;
  port: PortDMus | undefined;
  group: ServiceGroup | undefined;

  constructor({ ownGroups = false } = {}) {
    this.#ownGroups = ownGroups;
  }

  init({ port }: MiniportInit<PortDMus>): void {
    this.port = port;
    this.group = port.newServiceGroup();
    port.registerServiceGroup(this.group);
  }

  getDescription(): FilterDescriptor {
    return MPU401;
  }

  newStream(_pinId: number, type: DMusStreamType): NewDMusStream {
    const mxf = new RecordingMxf();
    this.streams.push({ type, mxf });
    const serviceGroup = this.#ownGroups ? this.port!.newServiceGroup() : this.group!;
    return { mxf, serviceGroup, schedulePreFetch: referenceTime(0) };
  }
}

class MidiUart implements MiniportMidi {
  services = 0;
  readonly states: StreamState[] = [];
  readonly formats: DataFormat[] = [];
  readonly opened: [number, boolean][] = [];
  port: PortDMus | undefined;

  init({ port }: MiniportInit<PortDMus>): void {
    this.port = port;
    port.registerServiceGroup(port.newServiceGroup());
  }

  getDescription(): FilterDescriptor {
    return MPU401;
  }

  service(): void {
    this.services++;
  }

  newStream(pinId: number, capture: boolean): { stream: MiniportMidiStream } {
    this.opened.push([pinId, capture]);
    return {
      stream: {
        setFormat: (format) => this.formats.push(format),
        setState: (state) => this.states.push(state),
        read: () => 0,
        write: (bytes) => bytes.length,
        dispose: () => undefined,
      },
    };
  }
}

function portClsWith() {
  const scheduler = new ManualScheduler();
  const portCls = new PortCls({ masterClock: scheduler, scheduler });
  const adapter = portCls.addAdapterDevice({ id: 'mpu', name: 'MPU', maxObjects: 4 });
  return { scheduler, portCls, adapter };
}

describe('DMus and MIDI port', () => {
  it('CLSID_PortMidi and CLSID_PortDMus give the same implementation', () => {
    const { portCls } = portClsWith();
    expect(portCls.newPort(CLSID.PortMidi)).toBeInstanceOf(PortDMus);
    expect(portCls.newPort(CLSID.PortDMus)).toBeInstanceOf(PortDMus);
  });

  it('26: an MPU-401 is in AUDIO, RENDER and CAPTURE, and not in SYNTHESIZER', () => {
    const { portCls, adapter } = portClsWith();
    const { categories, filter } = adapter.installSubdevice(
      'UART',
      portCls.newPort(CLSID.PortDMus),
      new DMusUart(),
    );
    expect(categories).toEqual([KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.CAPTURE]);
    expect(filter.get(KSPROPERTY_TOPOLOGY.CATEGORIES, undefined)).toEqual(categories);
  });

  it('drives an IMiniportMidi on either class id: states, format, service', () => {
    const { scheduler, portCls, adapter } = portClsWith();
    const miniport = new MidiUart();
    const { filter } = adapter.installSubdevice('UART', portCls.newPort(CLSID.PortDMus), miniport);
    const render = filter.createPin(RENDER_PIN, MIDI_FORMAT);
    const capture = filter.createPin(CAPTURE_PIN, MIDI_FORMAT);
    expect(miniport.opened).toEqual([
      [RENDER_PIN, false],
      [CAPTURE_PIN, true],
    ]);
    render.setState('RUN');
    expect(miniport.states).toEqual(['ACQUIRE', 'PAUSE', 'RUN']);
    capture.set(KSPROPERTY_CONNECTION.DATAFORMAT, undefined, MIDI_FORMAT);
    expect(miniport.formats).toEqual([MIDI_FORMAT]);
    miniport.port!.notify();
    expect(miniport.services).toBe(0);
    scheduler.runQueued();
    expect(miniport.services).toBe(1);
  });

  it('a service request reaches a capture stream as PutMessage(NULL), and a render stream not at all', () => {
    const { scheduler, portCls, adapter } = portClsWith();
    const miniport = new DMusUart();
    const { filter } = adapter.installSubdevice('UART', portCls.newPort(CLSID.PortDMus), miniport);
    filter.createPin(RENDER_PIN, MIDI_FORMAT);
    const capture = filter.createPin(CAPTURE_PIN, MIDI_FORMAT);
    expect(miniport.streams.map(({ type }) => type)).toEqual([
      'DMUS_STREAM_MIDI_RENDER',
      'DMUS_STREAM_MIDI_CAPTURE',
    ]);
    miniport.port!.notify(miniport.group);
    scheduler.runQueued();
    expect(miniport.streams.map(({ mxf }) => mxf.calls)).toEqual([[], ['connectOutput', 'putMessage(NULL)']]);
    capture.close();
    miniport.port!.notify();
    scheduler.runQueued();
    expect(miniport.streams[1]!.mxf.calls).toEqual([
      'connectOutput',
      'putMessage(NULL)',
      'disconnectOutput',
      'release',
    ]);
  });

  it('Notify without a group services the groups of all streams', () => {
    const { scheduler, portCls, adapter } = portClsWith();
    const miniport = new DMusUart({ ownGroups: true });
    const { filter } = adapter.installSubdevice('UART', portCls.newPort(CLSID.PortDMus), miniport);
    const capture = filter.createPin(CAPTURE_PIN, MIDI_FORMAT);
    miniport.port!.notify();
    scheduler.runQueued();
    expect(miniport.streams[0]!.mxf.calls).toEqual(['connectOutput', 'putMessage(NULL)']);
    capture.close();
    miniport.port!.notify();
    scheduler.runQueued();
    expect(miniport.streams[0]!.mxf.calls).toEqual([
      'connectOutput',
      'putMessage(NULL)',
      'disconnectOutput',
      'release',
    ]);
  });

  it('the port answers the master clock on the filter, get only', () => {
    const { scheduler, portCls } = portClsWith();
    const { midi } = installExampleAdapter(portCls);
    scheduler.advance(1_234);
    expect(midi.filter.get(KSPROPERTY_SYNTHCLOCK.MASTERCLOCK, undefined)).toBe(1_234);
    expect(statusOf(() => midi.filter.set(KSPROPERTY_SYNTHCLOCK.MASTERCLOCK, undefined, 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
  });

  it('the synthesizer node answers on the pin and grants what it has', () => {
    const { midi } = installExampleAdapter(portClsWith().portCls);
    const pin = midi.filter.createPin(MIDI_OUT_PIN, MIDI_FORMAT);
    expect(pin.get(KSPROPERTY_SYNTH.CAPS, undefined, 0)).toEqual(EXAMPLE_SYNTH_CAPS);
    expect(statusOf(() => midi.filter.get(KSPROPERTY_SYNTH.CAPS, undefined, 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
    const wish = {
      validParams: 1,
      voices: 64,
      channelGroups: 9,
      audioChannels: 0,
      sampleRate: 0,
      effectsFlags: 0,
      share: 0,
    };
    expect(pin.get(KSPROPERTY_SYNTH.PORTPARAMETERS, wish, 0)).toEqual({ ...wish, voices: 32 });
  });

  it('the PCM pin of a software synthesizer is a wave sink', () => {
    const { portCls } = portClsWith();
    const { synth, miniport } = installSoftwareSynth(portCls);
    const pin = synth.filter.createPin(SOFTWARE_PCM_PIN, pcmFormat(2, 44_100, 16));
    pin.setState('RUN');
    expect(miniport.streams).toHaveLength(1);
    expect(miniport.streams[0]).toMatchObject({ states: ['ACQUIRE', 'PAUSE', 'RUN'], disposed: false });
    pin.close();
    expect(miniport.streams[0]).toMatchObject({ disposed: true });
  });

  it('a lost stream removes its pin', () => {
    const { midi, midiMiniport } = installExampleAdapter(portClsWith().portCls);
    const pin = midi.filter.createPin(MIDI_OUT_PIN, MIDI_FORMAT);
    pin.setState('RUN');
    const heard: string[] = [];
    pin.onRemoved((reason) => heard.push(reason));
    midiMiniport.streams[0]!.lose('unplugged');
    expect(heard).toEqual(['unplugged']);
    expect(statusOf(() => pin.setState('RUN'))).toBe('STATUS_DEVICE_REMOVED');
  });
});
