import { describe, expect, it } from 'vitest';
import { ksLevel, KS_LEVEL_SILENCE } from '../../../../src/contract/units.ts';
import { ANALOG_RANGE, KSMUSIC_TECHNOLOGY, musicRange } from '../../../../src/main/engine/ks/format.ts';
import { CLSID, KSCATEGORY, KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import { ALL_CHANNELS } from '../../../../src/main/engine/ks/property.ts';
import { KSPROPERTY_AUDIO } from '../../../../src/main/engine/ks/properties/audio.ts';
import { KSPROPERTY_PIN } from '../../../../src/main/engine/ks/properties/pin.ts';
import { KSPROPERTY_TOPOLOGY } from '../../../../src/main/engine/ks/properties/topology.ts';
import { KsError } from '../../../../src/main/engine/ks/status.ts';
import type { HostedDMusStream } from '../../../../src/main/engine/portcls/ports/dmus.ts';
import { DIRECTMUSIC_FORMAT } from '../../../../src/main/engine/wdmaud/midiClient.ts';
import { Emitter } from '../../../../src/contract/emitter.ts';
import { referenceTime } from '../../../../src/contract/units.ts';
import {
  install,
  jack,
  muteNode,
  testPortCls,
  topology,
  volumeNode,
  wires,
} from '../../../support/testFilters.ts';

const statusOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof KsError ? error.status : String(error);
  }
};

function topologyFilter() {
  const portCls = testPortCls();
  const adapter = portCls.addAdapterDevice({ id: 'a', name: 'A', maxObjects: 4 });
  return install(
    portCls,
    adapter,
    'Topology',
    topology(
      [jack('IN', KSNODETYPE.CD_PLAYER), jack('OUT', KSNODETYPE.SPEAKER)],
      [volumeNode('Volume'), muteNode('Mute')],
      wires([-1, 0, 0, 1], [0, 0, 1, 1], [1, 0, -1, 1]),
    ),
  ).filter;
}

describe('filter: property requests', () => {
  it('8: the port answers the node name', () => {
    expect(topologyFilter().get(KSPROPERTY_TOPOLOGY.NAME, undefined, 1)).toBe('Mute');
  });

  it('12: basic support tells access GET+SET+BASICSUPPORT of a volume node', () => {
    expect(topologyFilter().basicSupport(KSPROPERTY_AUDIO.VOLUMELEVEL, 0).access).toBe(0x203);
  });

  it('14: stereo mute has two steppings 0..1 step 1', () => {
    const { members } = topologyFilter().basicSupport(KSPROPERTY_AUDIO.MUTE, 1);
    expect(members?.multichannel).toBe(true);
    expect(members?.steppings).toEqual([
      { minimum: 0, maximum: 1, step: 1 },
      { minimum: 0, maximum: 1, step: 1 },
    ]);
  });

  it('27: a level beyond the range succeeds and reads back clamped and stepped', () => {
    const filter = topologyFilter();
    filter.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, ksLevel(100 * 0x10000), 0);
    expect(filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, 0)).toBe(12 * 0x10000);
    filter.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, ksLevel(-1.4 * 0x10000), 0);
    expect(filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, 0)).toBe(-1.5 * 0x10000);
    filter.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, KS_LEVEL_SILENCE, 0);
    expect(filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, 0)).toBe(-34.5 * 0x10000);
  });

  it('29: an unknown channel is refused, channel -1 sets every channel', () => {
    const filter = topologyFilter();
    expect(statusOf(() => filter.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 2 }, ksLevel(0), 0))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    filter.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: ALL_CHANNELS }, ksLevel(-3 * 0x10000), 0);
    expect([0, 1].map((channel) => filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel }, 0))).toEqual([
      -3 * 0x10000,
      -3 * 0x10000,
    ]);
  });

  it('answers unknown properties, nodes, pins and verbs with their statuses and changes nothing', () => {
    const filter = topologyFilter();
    expect(statusOf(() => filter.get(KSPROPERTY_AUDIO.MUTE, { channel: 0 }, 0))).toBe('STATUS_NOT_FOUND');
    expect(statusOf(() => filter.get(KSPROPERTY_AUDIO.MUTE, { channel: 0 }, 9))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(statusOf(() => filter.get(KSPROPERTY_PIN.CATEGORY, { pinId: 7 }))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(statusOf(() => filter.set(KSPROPERTY_TOPOLOGY.NAME, undefined, 'x', 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
    expect(statusOf(() => filter.get(KSPROPERTY_PIN.PHYSICALCONNECTION, { pinId: 0 }))).toBe(
      'STATUS_NOT_FOUND',
    );
  });

  it('19: a jack can not be opened and counts no instances', () => {
    const filter = topologyFilter();
    expect(statusOf(() => filter.createPin(0, ANALOG_RANGE))).toBe('STATUS_UNSUCCESSFUL');
    expect(filter.get(KSPROPERTY_PIN.CINSTANCES, { pinId: 0 })).toEqual({ possible: 0, current: 0 });
  });

  it('25: the category of a pin with USB terminal 0x0605 starts with DFF21FE5', () => {
    expect(KSNODETYPE.SPDIF_INTERFACE.startsWith('DFF21FE5')).toBe(true);
  });

  it('answers nothing after it was unregistered', () => {
    const portCls = testPortCls();
    const adapter = portCls.addAdapterDevice({ id: 'a', name: 'A', maxObjects: 4 });
    const { filter } = install(portCls, adapter, 'T', topology([jack('OUT', KSNODETYPE.SPEAKER)], [], []));
    adapter.unregisterSubdevice('T');
    expect(statusOf(() => filter.get(KSPROPERTY_PIN.CTYPES, undefined))).toBe('STATUS_DEVICE_REMOVED');
  });
});

/** A DMus miniport that writes down what reaches it. */
function recordingSynth(limit: number) {
  const log: string[] = [];
  const lost = new Emitter<string>();
  const portCls = testPortCls();
  const adapter = portCls.addAdapterDevice({ id: 'a', name: 'A', maxObjects: 4 });
  const { filter } = adapter.installSubdevice('Synth', portCls.newPort(CLSID.PortDMus), {
    init: () => undefined,
    getDescription: () => ({
      pins: [
        {
          maxGlobalInstances: limit,
          maxFilterInstances: limit,
          minFilterInstances: 0,
          dataFlow: 'IN',
          communication: 'SINK',
          dataRanges: [musicRange('DIRECTMUSIC', KSMUSIC_TECHNOLOGY.WAVETABLE)],
          category: KSCATEGORY.AUDIO,
          name: null,
        },
      ],
      nodes: [],
      connections: [],
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.SYNTHESIZER],
    }),
    newStream: () => {
      const stream: HostedDMusStream = {
        setState: (state) => void log.push(state),
        putBuffer: (time, records) => void log.push(`write ${time}+${records.length}`),
        close: () => void log.push('close'),
        onPosition: new Emitter<{ position: ReturnType<typeof referenceTime> }>().event,
        onLost: lost.event,
      };
      return { stream, schedulePreFetch: referenceTime(0) };
    },
  });
  return { adapter, filter, log, lost };
}

describe('filter: pin instances', () => {
  it('20: the instance beyond the limit is refused', () => {
    const { filter } = recordingSynth(1);
    const pin = filter.createPin(0, DIRECTMUSIC_FORMAT);
    expect(filter.get(KSPROPERTY_PIN.CINSTANCES, { pinId: 0 })).toEqual({ possible: 1, current: 1 });
    expect(statusOf(() => filter.createPin(0, DIRECTMUSIC_FORMAT))).toBe('STATUS_UNSUCCESSFUL');
    pin.close();
    expect(filter.get(KSPROPERTY_PIN.CINSTANCES, { pinId: 0 })).toEqual({ possible: 1, current: 0 });
  });

  it('refuses a format that is in none of the ranges', () => {
    const { filter } = recordingSynth(1);
    expect(statusOf(() => filter.createPin(0, ANALOG_RANGE))).toBe('STATUS_NO_MATCH');
  });

  it('41: the miniport sees every state between, in order', () => {
    const { filter, log } = recordingSynth(1);
    const pin = filter.createPin(0, DIRECTMUSIC_FORMAT);
    pin.setState('RUN');
    pin.setState('RUN');
    pin.setState('STOP');
    expect(log).toEqual(['ACQUIRE', 'PAUSE', 'RUN', 'PAUSE', 'ACQUIRE', 'STOP']);
  });

  it('goes to STOP and is valid for close only when its subdevice is unregistered (RULE-12)', () => {
    const { adapter, filter, log } = recordingSynth(1);
    const pin = filter.createPin(0, DIRECTMUSIC_FORMAT);
    let removed = '';
    pin.onRemoved((reason) => (removed = reason));
    pin.setState('PAUSE');
    adapter.unregisterSubdevice('Synth', 'unplugged');
    expect(log).toEqual(['ACQUIRE', 'PAUSE', 'ACQUIRE', 'STOP']);
    expect(removed).toBe('unplugged');
    expect(statusOf(() => pin.write(referenceTime(0), new Uint8Array(8)))).toBe('STATUS_DEVICE_REMOVED');
    expect(statusOf(() => filter.createPin(0, DIRECTMUSIC_FORMAT))).toBe('STATUS_DEVICE_REMOVED');
    pin.close();
    expect(log.at(-1)).toBe('close');
  });
});
