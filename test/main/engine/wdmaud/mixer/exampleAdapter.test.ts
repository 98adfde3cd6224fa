import { describe, expect, it } from 'vitest';
import { KSPROPERTY_AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { KSPROPERTY_PIN } from '../../../../../src/main/engine/ks/properties/pin.ts';
import type { KsError } from '../../../../../src/main/engine/ks/status.ts';
import {
  installCapturePart,
  installExampleAdapter,
  removeCapturePart,
} from '../../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { testPortCls } from '../../../../support/testFilters.ts';
import { allControls, openMixer, rows } from './support.ts';

function example(options: { partitioned?: boolean } = {}) {
  const portCls = testPortCls();
  const card = installExampleAdapter(portCls, options);
  return { portCls, card, device: openMixer(card.adapter, portCls) };
}

/** Specification 9.4. */
const TABLE = [
  {
    line: 'ffff0000 DST_SPEAKERS WAVEOUT 0:VOLUME@5',
    sources: [
      '0 SRC_WAVEOUT WAVEOUT 3:VOLUME@0 4:MUTE@1',
      '10000 SRC_SYNTHESIZER MIDIOUT 5:VOLUME@2 6:MUTE@3',
    ],
  },
  {
    line: 'ffff0001 DST_WAVEIN WAVEIN 1:VOLUME@7 2:MUX@6',
    sources: ['1 SRC_MICROPHONE WAVEIN', '10001 SRC_LINE UNDEFINED'],
  },
  { line: 'ffff0002 DST_SPEAKERS WAVEOUT', sources: ['2 SRC_WAVEOUT WAVEOUT'] },
];

/** The same lines over the partitioned filters: the capture filter counts its nodes from 0. Specification 9.5. */
const PARTITIONED_TABLE = TABLE.map(({ line, sources }) => ({
  line: line.replace('1:VOLUME@7 2:MUX@6', '1:VOLUME@1 2:MUX@0'),
  sources,
}));

describe('mixer lines of the worked example', () => {
  it('90: 3 destinations, 5 sources and 7 controls, exactly as table 9.4', () => {
    const { device } = example();
    expect(rows(device)).toEqual(TABLE);
    expect(device.destinations).toHaveLength(3);
    expect(device.destinations.flatMap((line) => line.sources)).toHaveLength(5);
    expect(
      allControls(device)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(device.destinations.map((line) => line.sources.length)).toEqual([2, 2, 1]);
  });

  it('90: the partitioned card gives the same lines', () => {
    expect(rows(example({ partitioned: true }).device)).toEqual(PARTITIONED_TABLE);
  });

  it('91: the speakers have their volume only; the SUM gives no control', () => {
    const { device } = example();
    expect(device.destinations[0]!.controls).toMatchObject([
      { type: 'VOLUME', name: 'Master Volume', node: { filter: 'Topology', node: 5 } },
    ]);
  });

  it('92: recording has its volume, then a MUX with the microphone and aux in logical pin order', () => {
    const { device } = example();
    expect(device.destinations[1]!.controls).toMatchObject([
      { type: 'VOLUME', name: 'Wave In Volume' },
      {
        type: 'MUX',
        name: 'Recording Source',
        items: [
          { name: 'Microphone', lineId: 0x00000001 },
          { name: 'Aux', lineId: 0x00010001 },
        ],
        selected: 0,
      },
    ]);
  });

  it('101: the non-PCM path is a source line under a destination line of its own, both without controls', () => {
    const spdif = example().device.destinations[2]!;
    expect(spdif).toMatchObject({ component: 'DST_SPEAKERS', controls: [] });
    expect(spdif.sources).toMatchObject([{ component: 'SRC_WAVEOUT', controls: [] }]);
  });

  it('sets the master volume to -96 dB on both channels of node 5, and MUX_SOURCE to 2 with item 1', () => {
    const { card, device } = example();
    device.setControl(0, { levels: [-96 * 0x10000] });
    expect([0, 1].map((channel) => card.registers.level('MASTER_VOL', channel))).toEqual([
      -96 * 0x10000,
      -96 * 0x10000,
    ]);
    device.setControl(2, { selected: 1 });
    expect(card.topology.filter.get(KSPROPERTY_AUDIO.MUX_SOURCE, undefined, 6)).toBe(2);
  });

  it('tells every client once of a control that was set, and of one that the hardware changed', () => {
    const { card, device } = example();
    const heard: unknown[] = [];
    device.onControl((control) => heard.push(control));
    device.setControl(0, { levels: [-6 * 0x10000, -12 * 0x10000] });
    expect(heard).toMatchObject([{ id: 0, levels: [-6 * 0x10000, -12 * 0x10000] }]);
    card.registers.setMuted('WAVE_MUTE', 0, true);
    card.topology.filter.events.generate(1);
    expect(heard[1]).toMatchObject({ id: 4, muted: [true, false] });
    expect(device.destinations[0]!.sources[0]!.controls[1]).toMatchObject({ id: 4, muted: [true, false] });
    device.setControl(0, { levels: [-6 * 0x10000, -12 * 0x10000] });
    expect(heard).toHaveLength(2);
  });

  it('RULE-15: without the capture part its lines vanish, the others keep their ids, and re-adding restores all', async () => {
    const portCls = testPortCls();
    const card = installExampleAdapter(portCls, { partitioned: true });
    const device = openMixer(card.adapter, portCls);
    const changes: number[] = [];
    device.onLine((lineId) => changes.push(lineId));

    removeCapturePart(card);
    await Promise.resolve();
    expect(rows(device)).toEqual([PARTITIONED_TABLE[0], PARTITIONED_TABLE[2]]);
    expect(changes).toEqual([0xffff0001, 0x00000001, 0x00010001]);
    expect(() => card.wave.filter.get(KSPROPERTY_PIN.PHYSICALCONNECTION, { pinId: 3 })).toThrow(
      expect.objectContaining({ status: 'STATUS_NOT_FOUND' }) as KsError,
    );
    expect(() => device.setControl(2, { selected: 0 })).toThrow('no control 2');

    installCapturePart(portCls, card);
    await Promise.resolve();
    expect(rows(device)).toEqual(PARTITIONED_TABLE);
    expect(changes.slice(3)).toEqual([0xffff0001, 0x00000001, 0x00010001]);
  });
});
