import { describe, expect, it } from 'vitest';
import { ksLevel, type KsLevel } from '../../../../src/contract/units.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { guid, KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import { InstanceRegister } from '../../../../src/main/engine/ks/nodes/instanceRegister.ts';
import { qualityItem } from '../../../../src/main/engine/ks/nodes/converter.ts';
import { volumeLevelItem } from '../../../../src/main/engine/ks/nodes/level.ts';
import { cpuResourcesItem } from '../../../../src/main/engine/ks/nodes/cpuResources.ts';
import {
  AutomationTable,
  INPUT,
  NO_NODE,
  PendingRequest,
  property,
  propertyItem,
  Qualified,
  type PropertyContext,
} from '../../../../src/main/engine/ks/property.ts';
import { AUDIO_QUALITY, KSPROPERTY_AUDIO } from '../../../../src/main/engine/ks/properties/audio.ts';
import { KSPROPERTY_CONNECTION } from '../../../../src/main/engine/ks/properties/connection.ts';
import { KSPROPERTY_PIN } from '../../../../src/main/engine/ks/properties/pin.ts';
import { KSPROPERTY_SYNTH } from '../../../../src/main/engine/ks/properties/synth.ts';
import { KSPROPERTY_TOPOLOGY } from '../../../../src/main/engine/ks/properties/topology.ts';
import { getPropertyWithStatus } from '../../../../src/main/engine/ks/dispatch.ts';
import type { TraceRecord } from '../../../../src/main/engine/ks/trace.ts';
import { ULONG } from '../../../../src/main/engine/ks/wire/layout.ts';
import { channelConfigItem } from '../../../../src/main/engine/ks/nodes/speakers.ts';
import { completeNode, LEVEL_RANGE, stereo, variable } from '../../../support/completeNode.ts';
import { ksFilter, MINIPORT, statusOf, streamPin } from '../../../support/ksFilter.ts';
import { jack } from '../../../support/testFilters.ts';

const FORMAT = pcmFormat(2, 48_000, 16);
const PRIVATE = property(guid('11111111-2222-3333-4444-555555555555'), 7, 'PRIVATE', INPUT.K, ULONG);

/** A property that writes down what its handler is told. */
function recording() {
  const seen: PropertyContext[] = [];
  const item = propertyItem({ property: PRIVATE, get: (_instance, context) => seen.push(context) });
  return { seen, automation: new AutomationTable([item]) };
}

describe('what a handler sees', () => {
  it('5: a request without a node has node 0xFFFFFFFF', () => {
    const { seen, automation } = recording();
    ksFilter({ automation }).filter.get(PRIVATE, undefined);
    expect(seen).toEqual([{ majorTarget: MINIPORT, minorTarget: undefined, node: 0xffffffff }]);
  });

  it('5: a request with a node has its number', () => {
    const { seen, automation } = recording();
    const nodes = [
      { type: KSNODETYPE.SUM, name: null },
      { type: KSNODETYPE.DAC, name: null, automation },
    ];
    ksFilter({ nodes }).filter.get(PRIVATE, undefined, 1);
    expect(seen).toMatchObject([{ majorTarget: MINIPORT, node: 1 }]);
  });

  it('6: a filter handle has no minor target, a pin handle has its stream', () => {
    const { seen, automation } = recording();
    const streams: unknown[] = [];
    const { filter } = ksFilter({
      pins: [streamPin(4, { automation }), jack('OUT', KSNODETYPE.SPEAKER)],
      nodes: [{ type: KSNODETYPE.DAC, name: null, automation }],
      opened: (stream) => streams.push(stream),
    });
    const pin = filter.createPin(0, FORMAT);
    pin.get(PRIVATE, undefined);
    pin.get(PRIVATE, undefined, 0);
    filter.get(PRIVATE, undefined, 0);
    expect(seen.map(({ minorTarget }) => minorTarget)).toEqual([streams[0], streams[0], undefined]);
    expect(seen.map(({ node }) => node)).toEqual([NO_NODE, 0, 0]);
  });
});

describe('who answers', () => {
  it("7: the port's answer counts where the miniport has one too", () => {
    const wrong = propertyItem({ property: KSPROPERTY_PIN.CATEGORY, get: () => KSNODETYPE.MICROPHONE });
    const { filter } = ksFilter({ automation: new AutomationTable([wrong]) });
    expect(filter.get(KSPROPERTY_PIN.CATEGORY, { pinId: 1 })).toBe(KSNODETYPE.SPEAKER);
  });

  it('7: and so on pins and nodes', () => {
    const state = propertyItem({ property: KSPROPERTY_CONNECTION.STATE, get: () => 'RUN' as const });
    const name = propertyItem({ property: KSPROPERTY_TOPOLOGY.NAME, get: () => 'wrong' });
    const { filter } = ksFilter({
      pins: [streamPin(1, { automation: new AutomationTable([state]) })],
      nodes: [{ type: KSNODETYPE.DAC, name: null, automation: new AutomationTable([name]) }],
    });
    expect(filter.createPin(0, FORMAT).get(KSPROPERTY_CONNECTION.STATE, undefined)).toBe('STOP');
    expect(filter.get(KSPROPERTY_TOPOLOGY.NAME, undefined, 0)).toBe('D/A Converter');
  });

  it('8: the port answers the name of a node whose miniport does not', () => {
    const { filter } = ksFilter({ nodes: [{ type: KSNODETYPE.DAC, name: null, nameText: 'Converter' }] });
    expect(filter.get(KSPROPERTY_TOPOLOGY.NAME, undefined, 0)).toBe('Converter');
    expect(statusOf(() => filter.set(KSPROPERTY_TOPOLOGY.NAME, undefined, 'x', 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
  });

  it('answers a node property without a node id from the node, and tells its handler no node', () => {
    const seen: number[] = [];
    const volume = propertyItem({
      property: KSPROPERTY_SYNTH.VOLUME,
      get: (_instance, { node }) => (seen.push(node), -600),
    });
    const nodes = [{ type: KSNODETYPE.SYNTHESIZER, name: null, automation: new AutomationTable([volume]) }];
    const { filter } = ksFilter({ nodes });
    expect(filter.createPin(0, FORMAT).get(KSPROPERTY_SYNTH.VOLUME, undefined)).toBe(-600);
    expect(filter.get(KSPROPERTY_SYNTH.VOLUME, undefined)).toBe(-600);
    expect(seen).toEqual([NO_NODE, NO_NODE]);
  });

  it('keeps the properties of nodes and of the filter apart', () => {
    const { filter } = ksFilter({ nodes: [completeNode(KSNODETYPE.VOLUME)] });
    const level = { channel: 0 };
    expect(statusOf(() => filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, level))).toBe('STATUS_NOT_FOUND');
    expect(statusOf(() => filter.get(KSPROPERTY_PIN.CTYPES, undefined, 0))).toBe('STATUS_NOT_FOUND');
    expect(statusOf(() => filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, level, 1))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(filter.supports(KSPROPERTY_AUDIO.VOLUMELEVEL, 0)).toBe(true);
    expect(filter.supports(KSPROPERTY_AUDIO.MUTE, 0)).toBe(false);
    expect(filter.supports(KSPROPERTY_AUDIO.VOLUMELEVEL, 9)).toBe(false);
  });
});

/** A filter whose volume and quality exist once per stream, and whose CPU use is the filter's. */
function perPinFilter() {
  const levels = new InstanceRegister<KsLevel>(ksLevel(0));
  const quality = new InstanceRegister<number>(AUDIO_QUALITY.BASIC);
  const volume = completeNode(KSNODETYPE.VOLUME, 'Volume', [
    volumeLevelItem({
      channels: 1,
      perPin: true,
      range: LEVEL_RANGE,
      read: (_channel, context) => levels.read(context),
      write: (_channel, level, context) => levels.write(level, context),
      writeDefault: (_channel, level) => (levels.default = level),
    }),
    cpuResourcesItem('NOT_HOST_CPU'),
  ]);
  const converter = completeNode(KSNODETYPE.SRC, 'Converter', [
    qualityItem({
      perPin: true,
      read: (context) => quality.read(context),
      write: (value, context) => quality.write(value, context),
    }),
  ]);
  const { filter } = ksFilter({
    nodes: [volume, converter],
    opened: (stream) => {
      levels.open(stream);
      quality.open(stream);
    },
  });
  return filter;
}

describe('node properties per pin and per filter', () => {
  const LEVEL = KSPROPERTY_AUDIO.VOLUMELEVEL;
  const db = (value: number) => ksLevel(value * 0x10000);

  it('9: a get on the filter handle fails', () => {
    const filter = perPinFilter();
    expect(statusOf(() => filter.get(LEVEL, { channel: 0 }, 0))).toBe('STATUS_INVALID_DEVICE_REQUEST');
    expect(statusOf(() => filter.get(KSPROPERTY_AUDIO.QUALITY, undefined, 1))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
  });

  it('10: a set on the filter handle is the value of later instances; open ones keep theirs', () => {
    const filter = perPinFilter();
    const before = filter.createPin(0, FORMAT);
    filter.set(LEVEL, { channel: 0 }, db(-12), 0);
    const after = filter.createPin(0, FORMAT);
    expect(before.get(LEVEL, { channel: 0 }, 0)).toBe(db(0));
    expect(after.get(LEVEL, { channel: 0 }, 0)).toBe(db(-12));
    before.set(LEVEL, { channel: 0 }, db(-3), 0);
    expect(after.get(LEVEL, { channel: 0 }, 0)).toBe(db(-12));
  });

  it('10: a driver without defaults refuses the set and changes nothing', () => {
    const filter = perPinFilter();
    const pin = filter.createPin(0, FORMAT);
    expect(statusOf(() => filter.set(KSPROPERTY_AUDIO.QUALITY, undefined, AUDIO_QUALITY.PC, 1))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
    expect(pin.get(KSPROPERTY_AUDIO.QUALITY, undefined, 1)).toBe(AUDIO_QUALITY.BASIC);
  });

  it('11: a property of the filter is answered on a pin handle', () => {
    const pin = perPinFilter().createPin(0, FORMAT);
    expect(pin.get(KSPROPERTY_AUDIO.CPU_RESOURCES, undefined, 0)).toBe(0);
    expect(pin.get(KSPROPERTY_TOPOLOGY.NAME, undefined, 0)).toBe('Volume');
  });

  it('asks CHANNEL_CONFIG of a 3D node on a pin handle only', () => {
    const config = channelConfigItem({ masks: [3], ...variable(3) });
    const { filter } = ksFilter({ nodes: [completeNode(KSNODETYPE.EFFECTS_3D, null, [config])] });
    expect(statusOf(() => filter.get(KSPROPERTY_AUDIO.CHANNEL_CONFIG, undefined, 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
    expect(filter.createPin(0, FORMAT).get(KSPROPERTY_AUDIO.CHANNEL_CONFIG, undefined, 0)).toBe(3);
  });

  it('tells basic support on either handle', () => {
    const filter = perPinFilter();
    const support = filter.basicSupport(LEVEL, 0);
    expect(support.access).toBe(0x203);
    expect(filter.createPin(0, FORMAT).basicSupport(LEVEL, 0)).toEqual(support);
  });

  it('tells the default value where there is one', () => {
    const filter = perPinFilter();
    expect(filter.defaultValue(KSPROPERTY_AUDIO.QUALITY, undefined, 1)).toBe(AUDIO_QUALITY.BASIC);
    expect(statusOf(() => filter.defaultValue(LEVEL, { channel: 0 }, 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
  });
});

describe('pending and qualified requests', () => {
  it('hands the pending request to the caller, who learns how it ended', async () => {
    const pending = new PendingRequest();
    const item = propertyItem({ property: PRIVATE, set: () => pending });
    const { filter } = ksFilter({ automation: new AutomationTable([item]) });
    const request = filter.set(PRIVATE, undefined, 1);
    expect(request).toBe(pending);
    expect(statusOf(() => pending.complete('STATUS_PENDING'))).toBe('STATUS_INVALID_PARAMETER');
    pending.complete('STATUS_NO_MEMORY');
    await expect(request?.completed).resolves.toBe('STATUS_NO_MEMORY');
    expect(statusOf(() => pending.complete('STATUS_SUCCESS'))).toBe('STATUS_INVALID_PARAMETER');
  });

  it('gives the value of a qualified success, and its status to those who ask', () => {
    const item = propertyItem({
      property: PRIVATE,
      get: () => new Qualified(32, 'STATUS_NOT_ALL_ASSIGNED'),
    });
    const { filter, tracer } = ksFilter({ automation: new AutomationTable([item]) });
    for (const sink of [undefined, () => undefined]) {
      tracer.start(sink);
      expect(filter.get(PRIVATE, undefined)).toBe(32);
      expect(getPropertyWithStatus(filter, PRIVATE, undefined)).toEqual({
        value: 32,
        status: 'STATUS_NOT_ALL_ASSIGNED',
      });
    }
  });
});

describe('the trace', () => {
  it('has a record for every request, with verb, target and status', () => {
    const { filter, tracer } = ksFilter({
      nodes: [
        completeNode(KSNODETYPE.VOLUME, 'Volume', [
          volumeLevelItem({ ...stereo(ksLevel(0)), range: LEVEL_RANGE }),
        ]),
      ],
    });
    const records: TraceRecord[] = [];
    tracer.start((record) => records.push(record));
    filter.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, ksLevel(-0x10000), 0);
    filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, 0);
    filter.basicSupport(KSPROPERTY_AUDIO.VOLUMELEVEL, 0);
    statusOf(() => filter.get(KSPROPERTY_AUDIO.MUTE, { channel: 0 }, 0));
    tracer.start(undefined);
    filter.get(KSPROPERTY_PIN.CTYPES, undefined);
    expect(
      records.map(({ target, name, action, status, detail }) => ({ target, name, action, status, detail })),
    ).toMatchObject([
      {
        target: 'Filter/node 0',
        name: 'Filter · Volume',
        action: 'SET KSPROPERTY_AUDIO_VOLUMELEVEL, channel 0: -65536',
        status: 'STATUS_SUCCESS',
      },
      { action: 'GET KSPROPERTY_AUDIO_VOLUMELEVEL, channel 0', status: 'STATUS_SUCCESS', detail: '-65536' },
      { action: 'BASICSUPPORT KSPROPERTY_AUDIO_VOLUMELEVEL', status: 'STATUS_SUCCESS' },
      { action: 'GET KSPROPERTY_AUDIO_MUTE, channel 0', status: 'STATUS_NOT_FOUND' },
    ]);
  });
});
