import { describe, expect, it } from 'vitest';
import { KS_LEVEL_SILENCE, ksLevel } from '../../../../../src/contract/units.ts';
import type { LevelRangeDescription } from '../../../../../src/main/engine/ks/nodes/level.ts';
import type { NodeDescriptor } from '../../../../../src/main/engine/ks/descriptor.ts';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { propertyItem } from '../../../../../src/main/engine/ks/property.ts';
import {
  KSPROPERTY_AUDIO,
  type MixCapabilities,
  type MixCapability,
  type MixLevel,
} from '../../../../../src/main/engine/ks/properties/audio.ts';
import { KsError } from '../../../../../src/main/engine/ks/status.ts';
import { jack, topology, volumeNode, wires } from '../../../../support/testFilters.ts';
import {
  levelItem,
  mixItems,
  nodeOf,
  switchItem,
  wholeNodeItem,
  type ChannelOptions,
} from '../../../../support/testNodes.ts';
import { mixerOf, rows } from './support.ts';

/** A device whose one destination owns the node. */
function deviceWith(node: NodeDescriptor) {
  const { device } = mixerOf([
    'Topology',
    topology(
      [jack('IN', KSNODETYPE.CD_PLAYER), jack('OUT', KSNODETYPE.SPEAKER)],
      [node],
      wires([-1, 0, 0, 1], [0, 0, -1, 1]),
    ),
  ]);
  return { device, line: device.destinations[0]! };
}

const controlsWith = (node: NodeDescriptor) => deviceWith(node).line.controls;

const RANGE: LevelRangeDescription = {
  minimum: ksLevel(-12 * 0x10000),
  maximum: ksLevel(12 * 0x10000),
  step: ksLevel(0x10000),
};

const volume = (options: ChannelOptions) =>
  nodeOf(KSNODETYPE.VOLUME, 'Volume', levelItem(KSPROPERTY_AUDIO.VOLUMELEVEL, RANGE, options));

const db = (value: number) => ksLevel(value * 0x10000);

describe('controls of nodes', () => {
  it('96: an AGC node is an ONOFF control', () => {
    const node = nodeOf(KSNODETYPE.AGC, 'Gain Control', switchItem(KSPROPERTY_AUDIO.AGC));
    const { device, line } = deviceWith(node);
    expect(line.controls).toMatchObject([{ type: 'ONOFF', name: 'Gain Control', on: [false, false] }]);
    expect(device.setControl(0, { on: [true, false] })).toMatchObject({ on: [true, false] });
    expect(device.setControl(0, { on: [true] })).toMatchObject({ on: [true, true] });
  });

  it('gives LOUDNESS for a loudness node that has the switch, and nothing for one with DYNAMIC_RANGE only', () => {
    const node = nodeOf(KSNODETYPE.LOUDNESS, 'Loudness', switchItem(KSPROPERTY_AUDIO.LOUDNESS));
    expect(controlsWith(node)).toMatchObject([{ type: 'LOUDNESS', on: [false, false] }]);
    const dynamic = propertyItem({
      property: KSPROPERTY_AUDIO.DYNAMIC_RANGE,
      get: () => ({ quietCompression: 0, loudCompression: 0 }),
    });
    expect(controlsWith(nodeOf(KSNODETYPE.LOUDNESS, 'Loudness', dynamic))).toEqual([]);
  });

  it('93: T6: a tone node with all four properties gives BASS, TREBLE and ONOFF with one name, and no MID', () => {
    const node = nodeOf(
      KSNODETYPE.TONE,
      'Tone',
      levelItem(KSPROPERTY_AUDIO.BASS, RANGE),
      levelItem(KSPROPERTY_AUDIO.MID, RANGE),
      levelItem(KSPROPERTY_AUDIO.TREBLE, RANGE),
      switchItem(KSPROPERTY_AUDIO.BASS_BOOST),
    );
    const { device, line } = deviceWith(node);
    expect(line.controls).toMatchObject([
      { id: 0, type: 'BASS', name: 'Tone', levels: [db(12), db(12)] },
      { id: 1, type: 'TREBLE', name: 'Tone' },
      { id: 2, type: 'ONOFF', name: 'Tone' },
    ]);
    expect(device.setControl(0, { levels: [db(-3)] })).toMatchObject({ levels: [db(-3), db(-3)] });
    expect(device.control(1)).toMatchObject({ levels: [db(12), db(12)] });
  });

  it('97: a volume that answers channel -1 only is one mono control', () => {
    const register = new Map<number, unknown>();
    const { device, line } = deviceWith(volume({ channels: [-1], register }));
    expect(line).toMatchObject({ channels: 1, controls: [{ type: 'VOLUME', levels: [db(12)] }] });
    device.setControl(0, { levels: [db(-6)] });
    expect([...register]).toEqual([[-1, db(-6)]]);
  });

  it('97: a volume that answers no channel is no control', () => {
    expect(controlsWith(volume({ channels: [] }))).toEqual([]);
  });

  it('takes a volume that answers the left channel only as mono', () => {
    expect(deviceWith(volume({ channels: [0] })).line).toMatchObject({
      channels: 1,
      controls: [{ levels: [db(12)] }],
    });
  });

  it('98: a MULTICHANNEL volume of four channels makes a line of four', () => {
    const { device, line } = deviceWith(volume({ channels: [0, 1, 2, 3], multichannel: 4 }));
    expect(line).toMatchObject({ channels: 4, controls: [{ uniform: false }] });
    expect(device.setControl(0, { levels: [db(1), db(2), db(3), db(4)] })).toMatchObject({
      levels: [db(1), db(2), db(3), db(4)],
    });
    expect(() => device.setControl(0, { levels: [db(1), db(2)] })).toThrow('2 values for 4 channels');
  });

  it('98: on a UNIFORM node one value drives all channels', () => {
    const { device, line } = deviceWith(volume({ channels: [0, 1, 2, 3], multichannel: 4, uniform: true }));
    expect(line).toMatchObject({ channels: 4, controls: [{ uniform: true }] });
    expect(device.setControl(0, { levels: [db(-5)] })).toMatchObject({
      levels: [db(-5), db(-5), db(-5), db(-5)],
    });
  });

  it.each([
    ['STEREO_WIDE', KSNODETYPE.STEREO_WIDE, KSPROPERTY_AUDIO.WIDENESS, 'FACTOR'],
    ['CHORUS', KSNODETYPE.CHORUS, KSPROPERTY_AUDIO.CHORUS_LEVEL, 'PERCENT'],
    ['REVERB', KSNODETYPE.REVERB, KSPROPERTY_AUDIO.REVERB_LEVEL, 'PERCENT'],
  ] as const)('35: %s is a FADER in 16.16 fixed point, 0x10000 = 1', (_name, type, property, unit) => {
    const range = { minimum: 0, maximum: 0x20000, step: 0x1000 };
    const { device, line } = deviceWith(nodeOf(type, 'Effect', wholeNodeItem(property, 0x10000, range)));
    expect(line.controls).toMatchObject([
      { type: 'FADER', unit, range: { min: 0, max: 0x20000, step: 0x1000 }, value: 0x10000 },
    ]);
    expect(device.setControl(0, { value: 0x8801 })).toMatchObject({ value: 0x9000 });
    expect(device.setControl(0, { value: 0xffffffff })).toMatchObject({ value: 0x20000 });
  });

  it('takes PEAKMETER2 where the node has it, else the older PEAKMETER, both as linear peaks', () => {
    const peak = (property: typeof KSPROPERTY_AUDIO.PEAKMETER, value: number) =>
      nodeOf(KSNODETYPE.PEAKMETER, 'Peak', propertyItem({ property, get: () => value }));
    for (const node of [
      peak(KSPROPERTY_AUDIO.PEAKMETER2, 0x3fffffff),
      peak(KSPROPERTY_AUDIO.PEAKMETER, 0x3fff),
    ]) {
      const { device, line } = deviceWith(node);
      expect(line.controls).toMatchObject([{ type: 'PEAKMETER', channels: 2, meter: 0 }]);
      const peaks: number[] = [];
      device.readPeaks(0, peaks);
      expect(peaks).toEqual([expect.closeTo(0.5, 4), expect.closeTo(0.5, 4)]);
      expect(() => device.setValues(0, [1])).toThrow('can only be read');
    }
  });

  it('refuses a value that is for another type of control and changes nothing', () => {
    const { device } = deviceWith(volumeNode('Volume'));
    const before = device.control(0);
    expect(() => device.setControl(0, { on: [true] })).toThrow('is a VOLUME control');
    expect(() => device.setControl(0, { selected: 0 })).toThrow('is a VOLUME control');
    expect(device.control(0)).toEqual(before);
  });

  it('leaves a control out whose node refuses one of the channels it reports', () => {
    const { line } = deviceWith(volume({ channels: [0, 1], multichannel: 3 }));
    expect(line.controls).toEqual([]);
  });
});

describe('SUPERMIX', () => {
  const path = (mute: boolean): MixCapability => ({ mute, minimum: db(-96), maximum: db(0), reset: db(0.5) });
  const noPath = (mute: boolean): MixCapability => ({
    mute,
    minimum: KS_LEVEL_SILENCE,
    maximum: KS_LEVEL_SILENCE,
    reset: ksLevel(0),
  });

  function superMix(capabilities: readonly MixCapability[], levels: readonly number[]) {
    const table = levels.map((level, index): MixLevel => ({
      level: ksLevel(level),
      mute: capabilities[index]!.maximum === KS_LEVEL_SILENCE,
    }));
    const items = mixItems({ inputChannels: 2, outputChannels: 2, capabilities }, table);
    const { device, line } = deviceWith(nodeOf(KSNODETYPE.SUPERMIX, 'Supermix', ...items));
    const { filter } = device.live(0)!.node.vertex.subdevice;
    return { device, line, table: () => filter.get(KSPROPERTY_AUDIO.MIX_LEVEL_TABLE, undefined, 0) };
  }

  it('93: T7: entries that are muteable or no path give MUTE; a range of zero forbids VOLUME', () => {
    const { device, line, table } = superMix(
      [path(true), noPath(false), noPath(false), path(true)],
      [db(0), KS_LEVEL_SILENCE, KS_LEVEL_SILENCE, db(0)],
    );
    expect(rows(device)[0]!.line).toBe('ffff0000 DST_SPEAKERS WAVEOUT 0:MUTE@0');
    expect(line.controls).toMatchObject([{ name: 'Supermix', muted: [false, false] }]);
    expect(device.setControl(0, { muted: [true, false] })).toMatchObject({ muted: [true, false] });
    expect(table().map(({ mute }) => mute)).toEqual([true, true, true, false]);
  });

  it('gives MUTE and VOLUME with one name where every entry has a range and can be muted', () => {
    const { line } = superMix(
      [path(true), path(true), path(true), path(true)],
      [db(0), db(-20), db(-20), db(0)],
    );
    expect(line.controls).toMatchObject([
      { type: 'MUTE', name: 'Supermix' },
      { type: 'VOLUME', name: 'Supermix', levels: [db(0), db(0)], range: { min: db(-96), max: db(0) } },
    ]);
  });

  it('gives VOLUME alone where an entry cannot be muted, and moves all paths into an output together', () => {
    const { device, table } = superMix(
      [path(true), path(true), path(true), path(false)],
      [db(0), db(-20), db(-20), db(0)],
    );
    expect(rows(device)[0]!.line).toBe('ffff0000 DST_SPEAKERS WAVEOUT 0:VOLUME@0');
    expect(device.setControl(0, { levels: [db(-10), db(0)] })).toMatchObject({ levels: [db(-10), db(0)] });
    expect(table().map(({ level }) => level)).toEqual([db(-10), db(-20), db(-30), db(0)]);
  });

  it('gives nothing for a node that answers no capabilities', () => {
    const silent = propertyItem({
      property: KSPROPERTY_AUDIO.MIX_LEVEL_CAPS,
      get: (): MixCapabilities => {
        throw new KsError('STATUS_NOT_SUPPORTED', 'The mixer keeps its capabilities to itself.');
      },
    });
    expect(controlsWith(nodeOf(KSNODETYPE.SUPERMIX, 'Supermix', silent))).toEqual([]);
  });
});
