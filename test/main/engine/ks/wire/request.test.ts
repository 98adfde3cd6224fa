import { describe, expect, it } from 'vitest';
import { ksLevel } from '../../../../../src/contract/units.ts';
import { pcmFormat } from '../../../../../src/main/engine/ks/format.ts';
import { KSCATEGORY, KSNODETYPE, KSPROPSETID } from '../../../../../src/main/engine/ks/guid.ts';
import { volumeLevelItem } from '../../../../../src/main/engine/ks/nodes/level.ts';
import { qualityItem } from '../../../../../src/main/engine/ks/nodes/converter.ts';
import { muteItem } from '../../../../../src/main/engine/ks/nodes/switch.ts';
import {
  AutomationTable,
  INPUT,
  NO_NODE,
  PendingRequest,
  property,
  propertyItem,
} from '../../../../../src/main/engine/ks/property.ts';
import { KSPROPERTY_AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { KSPROPERTY_PIN } from '../../../../../src/main/engine/ks/properties/pin.ts';
import { KSPROPERTY_TOPOLOGY } from '../../../../../src/main/engine/ks/properties/topology.ts';
import {
  decodeBasicSupport,
  DESCRIPTION_BYTES,
} from '../../../../../src/main/engine/ks/wire/basicSupport.ts';
import {
  BOOL,
  concat,
  GUID_LAYOUT,
  LONG,
  ULONG,
  viewOf,
} from '../../../../../src/main/engine/ks/wire/layout.ts';
import { dataFormatLayout } from '../../../../../src/main/engine/ks/wire/formats.ts';
import {
  dispatchBytes,
  encodeRequest,
  KSPROPERTY_TYPE,
  parseRequest,
} from '../../../../../src/main/engine/ks/wire/request.ts';
import { completeNode, LEVEL_RANGE, stereo, variable } from '../../../../support/completeNode.ts';
import { ksFilter } from '../../../../support/ksFilter.ts';
import { jack, testPortCls, wires } from '../../../../support/testFilters.ts';
import { installExampleAdapter } from '../../../../fixtures/exampleAdapter/exampleAdapter.ts';

const { VOLUMELEVEL, MUTE } = KSPROPERTY_AUDIO;
const room = (bytes: number) => new Uint8Array(bytes);
const ANY_PIN = { pinId: 0 };

/** Node 0 is a stereo volume, node 1 a stereo mute. */
function soundFilter({ uniform = false } = {}) {
  const level = stereo(ksLevel(0));
  const mute = stereo(false);
  const nodes = [
    completeNode(KSNODETYPE.VOLUME, 'Volume', [volumeLevelItem({ ...level, uniform, range: LEVEL_RANGE })]),
    completeNode(KSNODETYPE.MUTE, 'Mute', [muteItem(mute)]),
  ];
  return { ...ksFilter({ nodes }), level, mute };
}

describe('request buffers', () => {
  it('3: a channel request is 40 bytes, and its handler sees 8 bytes of instance that begin at Channel', () => {
    const input = encodeRequest('GET', VOLUMELEVEL, { channel: 1 }, 0);
    expect(input.length).toBe(40);
    const { instance, instanceSize, node } = parseRequest(input);
    expect([instanceSize, node]).toEqual([8, 0]);
    expect(viewOf(instance!).getInt32(0, true)).toBe(1);
  });

  it('4: a request of exactly KSNODEPROPERTY size has no instance', () => {
    const input = encodeRequest('GET', KSPROPERTY_AUDIO.MUX_SOURCE, undefined, 3);
    expect(input.length).toBe(32);
    expect(parseRequest(input)).toMatchObject({ node: 3, instance: null, instanceSize: 0 });
  });

  it('5: without the TOPOLOGY bit the node is 0xFFFFFFFF, and what follows the header is instance', () => {
    const input = encodeRequest('GET', KSPROPERTY_PIN.CATEGORY, { pinId: 2 });
    expect(input.length).toBe(32);
    expect(parseRequest(input)).toMatchObject({ node: NO_NODE, instanceSize: 8 });
  });

  it('set the verb and the TOPOLOGY bit in Flags', () => {
    const flags = (input: Uint8Array) => viewOf(input).getUint32(20, true);
    expect(flags(encodeRequest('SET', VOLUMELEVEL, { channel: 0 }, 0))).toBe(0x10000002);
    expect(flags(encodeRequest('BASICSUPPORT', KSPROPERTY_PIN.CTYPES, undefined))).toBe(0x200);
  });
});

describe('get', () => {
  it('1: output size 0 for a value of variable size answers BUFFER_OVERFLOW and the size', () => {
    const answer = dispatchBytes(
      soundFilter().filter,
      encodeRequest('GET', KSPROPERTY_TOPOLOGY.NODES, undefined),
      room(0),
    );
    expect(answer).toMatchObject({ status: 'STATUS_BUFFER_OVERFLOW', information: 8 + 2 * 16 });
  });

  it('2: a short output answers BUFFER_TOO_SMALL and no size', () => {
    const { filter } = soundFilter();
    const input = encodeRequest('GET', KSPROPERTY_TOPOLOGY.NODES, undefined);
    expect(dispatchBytes(filter, input, room(39))).toMatchObject({
      status: 'STATUS_BUFFER_TOO_SMALL',
      information: 0,
    });
    expect(dispatchBytes(filter, input, room(40))).toMatchObject({
      status: 'STATUS_SUCCESS',
      information: 40,
    });
  });

  it('16: CTYPES of the worked example is 6, 6 and 2', () => {
    const { topology, wave, midi } = installExampleAdapter(testPortCls());
    const input = encodeRequest('GET', KSPROPERTY_PIN.CTYPES, undefined);
    const counts = [topology, wave, midi].map(({ filter }) =>
      ULONG.decode(dispatchBytes(filter, input, room(4)).output),
    );
    expect(counts).toEqual([6, 6, 2]);
  });

  it('17: TOPOLOGY_NODES of the worked example is 8 GUIDs in the order of the node ids', () => {
    const { filter } = installExampleAdapter(testPortCls()).topology;
    const { output } = dispatchBytes(
      filter,
      encodeRequest('GET', KSPROPERTY_TOPOLOGY.NODES, undefined),
      room(1000),
    );
    expect([viewOf(output).getUint32(0, true), viewOf(output).getUint32(4, true)]).toEqual([8 + 8 * 16, 8]);
    const { VOLUME, MUTE: MUTE_NODE, SUM, MUX } = KSNODETYPE;
    expect(KSPROPERTY_TOPOLOGY.NODES.value.decode(output)).toEqual([
      VOLUME,
      MUTE_NODE,
      VOLUME,
      MUTE_NODE,
      SUM,
      VOLUME,
      MUX,
      VOLUME,
    ]);
  });

  it('18: TOPOLOGY_CONNECTIONS of the vendor sample is 13 records in 216 bytes', () => {
    // Wave, synth and CD through volume and mute into the sum; the sum through the master's to the speaker.
    const sources = ['LEGACY_AUDIO_CONNECTOR', 'SYNTHESIZER', 'CD_PLAYER'] as const;
    const connections = wires(
      ...sources.flatMap((_source, index) => [
        [-1, index, 2 * index, 1] as const,
        [2 * index, 0, 2 * index + 1, 1] as const,
        [2 * index + 1, 0, 6, index + 1] as const,
      ]),
      [6, 0, 7, 1],
      [7, 0, 8, 1],
      [8, 0, 9, 1],
      [9, 0, -1, 3],
    );
    const { filter } = ksFilter({
      pins: [...sources.map((source) => jack('IN', KSNODETYPE[source])), jack('OUT', KSNODETYPE.SPEAKER)],
      nodes: [
        ...sources.flatMap((source) => [
          completeNode(KSNODETYPE.VOLUME, `${source} volume`),
          completeNode(KSNODETYPE.MUTE, `${source} mute`),
        ]),
        completeNode(KSNODETYPE.SUM),
        completeNode(KSNODETYPE.VOLUME, 'Master volume'),
        completeNode(KSNODETYPE.MUTE, 'Master mute'),
        completeNode(KSNODETYPE.DAC),
      ],
      connections,
    });
    const input = encodeRequest('GET', KSPROPERTY_TOPOLOGY.CONNECTIONS, undefined);
    const { output, information } = dispatchBytes(filter, input, room(216));
    expect(connections.length).toBe(13);
    expect(information).toBe(216);
    expect([viewOf(output).getUint32(0, true), viewOf(output).getUint32(4, true)]).toEqual([216, 13]);
    expect(KSPROPERTY_TOPOLOGY.CONNECTIONS.value.decode(output)).toEqual(connections);
  });

  it('30: MIX_LEVEL_CAPS with 8 bytes of output answers the two counts only', () => {
    const capabilities = Array.from({ length: 8 }, () => ({
      mute: true,
      minimum: ksLevel(-0x100000),
      maximum: ksLevel(0),
      reset: ksLevel(0x8000),
    }));
    const caps = propertyItem({
      property: KSPROPERTY_AUDIO.MIX_LEVEL_CAPS,
      get: () => ({ inputChannels: 2, outputChannels: 4, capabilities }),
    });
    const { filter } = ksFilter({ nodes: [completeNode(KSNODETYPE.SUPERMIX, null, [caps])] });
    const input = encodeRequest('GET', KSPROPERTY_AUDIO.MIX_LEVEL_CAPS, undefined, 0);
    const counts = dispatchBytes(filter, input, room(8));
    expect(counts).toMatchObject({ status: 'STATUS_SUCCESS', information: 8 });
    expect([...new Uint32Array(counts.output.slice().buffer)]).toEqual([2, 4]);
    expect(dispatchBytes(filter, input, room(0))).toMatchObject({
      status: 'STATUS_BUFFER_OVERFLOW',
      information: 8 + 8 * 16,
    });
    expect(dispatchBytes(filter, input, room(100)).status).toBe('STATUS_BUFFER_TOO_SMALL');
    expect(dispatchBytes(filter, input, room(136)).information).toBe(136);
  });

  it('does not let a get with too little room have an effect', () => {
    const { filter } = installExampleAdapter(testPortCls()).topology;
    let taken = 0;
    const peaks = propertyItem({ property: KSPROPERTY_AUDIO.PEAKMETER2, get: () => ++taken });
    const metered = ksFilter({ nodes: [completeNode(KSNODETYPE.PEAKMETER, null, [peaks])] }).filter;
    const input = encodeRequest('GET', KSPROPERTY_AUDIO.PEAKMETER2, { channel: 0 }, 0);
    expect(dispatchBytes(metered, input, room(3)).status).toBe('STATUS_BUFFER_TOO_SMALL');
    expect(taken).toBe(0);
    expect(filter.removed).toBe(false);
  });
});

describe('basic support', () => {
  const ask = (filter: Parameters<typeof dispatchBytes>[0], bytes: number, node = 0) =>
    dispatchBytes(
      filter,
      node === 0
        ? encodeRequest('BASICSUPPORT', VOLUMELEVEL, { channel: 0 }, node)
        : encodeRequest('BASICSUPPORT', MUTE, { channel: 0 }, node),
      room(bytes),
    );

  it('12: 4 bytes of output take the access flags 0x203', () => {
    const answer = ask(soundFilter().filter, 4);
    expect(ULONG.decode(answer.output)).toBe(0x203);
  });

  it('13: a stereo volume is 88 bytes: stepped ranges of 16 bytes, two of them, MULTICHANNEL', () => {
    const { output, information } = ask(soundFilter().filter, 200);
    expect(information).toBe(88);
    const view = viewOf(output);
    expect(view.getUint32(4, true)).toBe(88);
    expect(GUID_LAYOUT.decode(output.subarray(8))).toBe('97E99BA0-BDEA-11CF-A5D6-28DB04C10000');
    expect(view.getUint32(24, true)).toBe(3);
    expect(view.getUint32(32, true)).toBe(1);
    const header = [0, 4, 8, 12].map((at) => view.getUint32(DESCRIPTION_BYTES + at, true));
    expect(header).toEqual([2, 16, 2, 2]);
    const stepping = [0, 4, 8, 12].map((at) => view.getInt32(56 + at, true));
    expect(stepping).toEqual([0x8000, 0, -96 * 0x10000, 0]);
  });

  it('14: a stereo mute has two steppings 0..1 step 1', () => {
    expect(decodeBasicSupport(ask(soundFilter().filter, 88, 1).output)).toEqual({
      access: 0x203,
      valueType: 'VT_BOOL',
      members: {
        multichannel: true,
        uniform: false,
        steppings: [
          { minimum: 0, maximum: 1, step: 1 },
          { minimum: 0, maximum: 1, step: 1 },
        ],
      },
    });
  });

  it('15: a uniform node has flags 6 and equal steppings', () => {
    const { output } = ask(soundFilter({ uniform: true }).filter, 88);
    expect(viewOf(output).getUint32(DESCRIPTION_BYTES + 12, true)).toBe(6);
    const [left, right] = decodeBasicSupport(output).members!.steppings;
    expect(left).toEqual(right);
  });

  it('answers the description alone to 40 bytes and nothing to fewer', () => {
    const { filter } = soundFilter();
    expect(ask(filter, 40)).toMatchObject({ status: 'STATUS_SUCCESS', information: 40 });
    expect(viewOf(ask(filter, 87).output).getUint32(4, true)).toBe(88);
    for (const bytes of [0, 3, 5, 39]) expect(ask(filter, bytes).status).toBe('STATUS_BUFFER_TOO_SMALL');
  });
});

describe('set', () => {
  it('writes the register and answers success', () => {
    const { filter, level } = soundFilter();
    const input = encodeRequest('SET', VOLUMELEVEL, { channel: -1 }, 0);
    expect(dispatchBytes(filter, input, LONG.encode(-0x10000))).toMatchObject({
      status: 'STATUS_SUCCESS',
      information: 0,
    });
    expect(level.values).toEqual([-0x10000, -0x10000]);
  });

  it('24: PROPOSEDATAFORMAT judges a format and changes none', () => {
    const { filter } = soundFilter();
    const pin = filter.createPin(0, pcmFormat(2, 48_000, 16));
    const propose = (rate: number) =>
      dispatchBytes(
        filter,
        encodeRequest('SET', KSPROPERTY_PIN.PROPOSEDATAFORMAT, ANY_PIN),
        dataFormatLayout.encode(pcmFormat(2, rate, 16)),
      ).status;
    expect([propose(44_100), propose(96_000)]).toEqual(['STATUS_SUCCESS', 'STATUS_NO_MATCH']);
    expect(pin.format).toEqual(pcmFormat(2, 48_000, 16));
  });

  it('answers pending, and later how it ended', async () => {
    const pending = new PendingRequest();
    const slow = property(KSPROPSETID.Audio, 99, 'SLOW', INPUT.K, ULONG);
    const automation = new AutomationTable([propertyItem({ property: slow, set: () => pending })]);
    const answer = dispatchBytes(
      ksFilter({ automation }).filter,
      encodeRequest('SET', slow, undefined),
      ULONG.encode(1),
    );
    expect(answer.status).toBe('STATUS_PENDING');
    pending.complete('STATUS_SUCCESS');
    await expect(answer.completed).resolves.toBe('STATUS_SUCCESS');
  });
});

describe('bad requests', () => {
  const { filter, level } = soundFilter();
  const set = (
    flags: number,
    node: number | undefined,
    tail: Uint8Array[] = [],
    id: number = VOLUMELEVEL.id,
  ) =>
    concat([
      GUID_LAYOUT.encode(VOLUMELEVEL.set),
      ULONG.encode(id),
      ULONG.encode((node === undefined ? flags : flags | KSPROPERTY_TYPE.TOPOLOGY) >>> 0),
      ...(node === undefined ? [] : [ULONG.encode(node), ULONG.encode(0)]),
      ...tail,
    ]);
  const channel = (number: number) => [LONG.encode(number), ULONG.encode(0)];
  const GET = KSPROPERTY_TYPE.GET;

  it.each([
    ['no input', new Uint8Array(0), 4, 'STATUS_BUFFER_TOO_SMALL'],
    ['half a header', set(GET, undefined).subarray(0, 23), 4, 'STATUS_BUFFER_TOO_SMALL'],
    ['a header without its node', set(GET, 0).subarray(0, 31), 4, 'STATUS_BUFFER_TOO_SMALL'],
    ['no channel', set(GET, 0), 4, 'STATUS_BUFFER_TOO_SMALL'],
    ['an unknown channel', set(GET, 0, channel(2)), 4, 'STATUS_INVALID_PARAMETER'],
    ['channel -2', set(GET, 0, channel(-2)), 4, 'STATUS_INVALID_PARAMETER'],
    ['an unknown node', set(GET, 7, channel(0)), 4, 'STATUS_INVALID_PARAMETER'],
    ['an unknown id', set(GET, 0, channel(0), 999), 4, 'STATUS_NOT_FOUND'],
    ['a property of another node', set(GET, 1, channel(0)), 4, 'STATUS_NOT_FOUND'],
    ['a node property without a node', set(GET, undefined, channel(0)), 4, 'STATUS_NOT_FOUND'],
    ['too little room', set(GET, 0, channel(0)), 3, 'STATUS_BUFFER_TOO_SMALL'],
    ['too short a value', set(KSPROPERTY_TYPE.SET, 0, channel(0)), 3, 'STATUS_BUFFER_TOO_SMALL'],
    ['two verbs', set(3, 0, channel(0)), 4, 'STATUS_INVALID_DEVICE_REQUEST'],
    ['no verb', set(0, 0, channel(0)), 4, 'STATUS_INVALID_DEVICE_REQUEST'],
    ['RELATIONS', set(KSPROPERTY_TYPE.RELATIONS, 0, channel(0)), 4, 'STATUS_INVALID_DEVICE_REQUEST'],
    ['SERIALIZERAW', set(KSPROPERTY_TYPE.SERIALIZERAW, 0, channel(0)), 4, 'STATUS_INVALID_DEVICE_REQUEST'],
    [
      'a default that is not told',
      set(KSPROPERTY_TYPE.DEFAULTVALUES, 0, channel(0)),
      99,
      'STATUS_INVALID_DEVICE_REQUEST',
    ],
    [
      'an unknown pin',
      encodeRequest('GET', KSPROPERTY_PIN.CATEGORY, { pinId: 9 }),
      16,
      'STATUS_INVALID_PARAMETER',
    ],
    [
      'a set of what can only be got',
      encodeRequest('SET', KSPROPERTY_PIN.CTYPES, undefined),
      4,
      'STATUS_INVALID_DEVICE_REQUEST',
    ],
    [
      'a pin without a wire',
      encodeRequest('GET', KSPROPERTY_PIN.PHYSICALCONNECTION, { pinId: 1 }),
      99,
      'STATUS_NOT_FOUND',
    ],
  ] as const)('answer the specified status and change nothing: %s', (_what, input, bytes, status) => {
    expect(dispatchBytes(filter, input, room(bytes))).toMatchObject({ status, information: 0 });
    expect(level.values).toEqual([0, 0]);
  });

  it('answer STATUS_DEVICE_REMOVED after removal and STATUS_INVALID_DEVICE_STATE after closing', () => {
    const { filter: gone } = soundFilter();
    const pin = gone.createPin(0, pcmFormat(2, 48_000, 16));
    const closed = gone.createPin(0, pcmFormat(2, 48_000, 16));
    closed.close();
    const input = set(GET, 0, channel(0));
    expect(dispatchBytes(closed, input, room(4)).status).toBe('STATUS_INVALID_DEVICE_STATE');
    gone.remove('unplugged');
    expect(dispatchBytes(gone, input, room(4)).status).toBe('STATUS_DEVICE_REMOVED');
    expect(dispatchBytes(pin, input, room(4)).status).toBe('STATUS_DEVICE_REMOVED');
  });

  it('answer STATUS_UNSUCCESSFUL for a handler that breaks, and the program goes on', () => {
    const broken = propertyItem({
      property: MUTE,
      get: (): boolean => {
        throw new TypeError('a mistake of the driver');
      },
    });
    const nodes = [completeNode(KSNODETYPE.MUTE, null, [broken])];
    const input = encodeRequest('GET', MUTE, { channel: 0 }, 0);
    expect(dispatchBytes(ksFilter({ nodes }).filter, input, room(4)).status).toBe('STATUS_UNSUCCESSFUL');
  });
});

describe('the other verbs', () => {
  it('SETSUPPORT succeeds for a set the target answers', () => {
    const { filter } = soundFilter();
    const ask = (set: typeof KSPROPSETID.Pin, node?: number) => {
      const input = encodeRequest('SETSUPPORT', { ...KSPROPERTY_PIN.CTYPES, set }, undefined, node);
      return dispatchBytes(filter, input, room(0)).status;
    };
    expect(ask(KSPROPSETID.Pin)).toBe('STATUS_SUCCESS');
    expect(ask(KSPROPSETID.Audio)).toBe('STATUS_NOT_FOUND');
    expect(ask(KSPROPSETID.Audio, 0)).toBe('STATUS_SUCCESS');
    expect(ask(KSPROPSETID.RtAudio, 0)).toBe('STATUS_NOT_FOUND');
  });

  it('DEFAULTVALUES answers the description with the default as its member', () => {
    const nodes = [completeNode(KSNODETYPE.SRC, null, [qualityItem(variable(0))])];
    const { filter } = ksFilter({ nodes });
    const input = encodeRequest('DEFAULTVALUES', KSPROPERTY_AUDIO.QUALITY, undefined, 0);
    const { output, information } = dispatchBytes(filter, input, room(100));
    expect(information).toBe(40 + 16 + 4);
    const header = [0, 4, 8, 12].map((at) => viewOf(output).getUint32(DESCRIPTION_BYTES + at, true));
    expect(header).toEqual([3, 4, 1, 1]);
    expect(viewOf(output).getUint32(56, true)).toBe(2);
    expect(dispatchBytes(filter, input, room(40)).information).toBe(40);
  });

  const serialize = (verb: 'SERIALIZESET' | 'UNSERIALIZESET' | 'SERIALIZESIZE', channel: number) =>
    encodeRequest(verb, VOLUMELEVEL, { channel }, 0);

  it('SERIALIZESET writes a header and one record per property, SERIALIZESIZE tells the size', () => {
    const { filter, level } = soundFilter();
    level.values[1] = ksLevel(-0x30000);
    const { output, information } = dispatchBytes(filter, serialize('SERIALIZESET', 1), room(1000));
    expect(information).toBe(20 + 32 + 4);
    expect(GUID_LAYOUT.decode(output)).toBe(KSPROPSETID.Audio);
    const view = viewOf(output);
    expect([view.getUint32(16, true), view.getUint32(36, true), view.getUint32(44, true)]).toEqual([1, 3, 4]);
    expect([view.getUint32(48, true), view.getInt32(52, true)]).toEqual([4, -0x30000]);
    expect(ULONG.decode(dispatchBytes(filter, serialize('SERIALIZESIZE', 1), room(4)).output)).toBe(56);
    expect(dispatchBytes(filter, serialize('SERIALIZESET', 1), room(0))).toMatchObject({
      status: 'STATUS_BUFFER_OVERFLOW',
      information: 56,
    });
    expect(dispatchBytes(filter, serialize('SERIALIZESET', 1), room(55)).status).toBe(
      'STATUS_BUFFER_TOO_SMALL',
    );
  });

  it('UNSERIALIZESET brings the state back', () => {
    const { filter, level } = soundFilter();
    level.values[0] = ksLevel(-0x50000);
    const saved = dispatchBytes(filter, serialize('SERIALIZESET', 0), room(1000)).output;
    level.values.fill(ksLevel(0));
    expect(dispatchBytes(filter, serialize('UNSERIALIZESET', 0), saved).status).toBe('STATUS_SUCCESS');
    expect(level.values).toEqual([-0x50000, 0]);
  });

  it('UNSERIALIZESET refuses damaged state and restores what it had set already', () => {
    const level = stereo(ksLevel(0));
    const refusing = {
      ...variable(0),
      write: () => {
        throw new TypeError('broken');
      },
    };
    const nodes = [
      completeNode(KSNODETYPE.SRC, null, [
        volumeLevelItem({ ...level, range: LEVEL_RANGE }),
        qualityItem(refusing),
      ]),
    ];
    const { filter } = ksFilter({ nodes });
    const saved = dispatchBytes(filter, serialize('SERIALIZESET', 0), room(1000)).output;
    expect(viewOf(saved).getUint32(16, true)).toBe(2);
    viewOf(saved).setInt32(52, -0x10000, true);
    const restore = (bytes: Uint8Array) =>
      dispatchBytes(filter, serialize('UNSERIALIZESET', 0), bytes).status;
    expect(restore(saved)).toBe('STATUS_UNSUCCESSFUL');
    expect(level.values[0]).toBe(0);
    expect(restore(saved.subarray(0, 60))).toBe('STATUS_INVALID_PARAMETER');
    const otherSet = saved.slice();
    otherSet.set(GUID_LAYOUT.encode(KSCATEGORY.AUDIO));
    expect(restore(otherSet)).toBe('STATUS_INVALID_PARAMETER');
    const otherProperty = saved.slice();
    viewOf(otherProperty).setUint32(44, 999, true);
    expect(restore(otherProperty)).toBe('STATUS_INVALID_PARAMETER');
    expect(level.values[0]).toBe(0);
  });

  it('a BOOL of any bits is TRUE', () => {
    const { filter, mute } = soundFilter();
    dispatchBytes(filter, encodeRequest('SET', MUTE, { channel: 0 }, 1), ULONG.encode(0x80000000));
    expect(mute.values).toEqual([true, false]);
    expect(
      BOOL.decode(dispatchBytes(filter, encodeRequest('GET', MUTE, { channel: 0 }, 1), room(4)).output),
    ).toBe(true);
  });
});
