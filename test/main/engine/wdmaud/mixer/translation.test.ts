import { describe, expect, it } from 'vitest';
import { KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import type { FilterDescriptor } from '../../../../../src/main/engine/ks/descriptor.ts';
import { MixerDevice } from '../../../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import {
  install,
  jack,
  muteNode,
  muxNode,
  sumNode,
  testPortCls,
  topology,
  volumeNode,
  wired,
  wires,
} from '../../../../support/testFilters.ts';

function mixerOf(...filters: readonly [name: string, descriptor: FilterDescriptor][]) {
  const portCls = testPortCls();
  const adapter = portCls.addAdapterDevice({ id: 'test', name: 'Test', maxObjects: 8 });
  for (const [name, descriptor] of filters) install(portCls, adapter, name, descriptor);
  const meters = new Map<string, number>();
  const device = new MixerDevice(adapter, portCls, (key) => {
    if (!meters.has(key)) meters.set(key, meters.size);
    return meters.get(key)!;
  });
  return { portCls, adapter, device };
}

/** A line as the specification's tables write it. */
function rows(device: MixerDevice) {
  return device.destinations.map((line) => ({
    line: `${line.id.toString(16)} ${line.component} ${line.target} ${line.controls.map((c) => `${c.id}:${c.type}@${c.node.node}`).join(' ')}`.trim(),
    sources: line.sources.map((source) =>
      `${source.id.toString(16)} ${source.component} ${source.target} ${source.controls.map((c) => `${c.id}:${c.type}@${c.node.node}`).join(' ')}`.trim(),
    ),
  }));
}

/** Section 9.3, the topology filter of the worked example, by itself. */
const exampleTopology = (): FilterDescriptor =>
  topology(
    [
      wired('IN', KSNODETYPE.LEGACY_AUDIO_CONNECTOR),
      wired('IN', KSNODETYPE.SYNTHESIZER),
      jack('IN', KSNODETYPE.MICROPHONE),
      jack('IN', KSNODETYPE.LINE_CONNECTOR, KSAUDFNAME.AUX),
      jack('OUT', KSNODETYPE.SPEAKER, KSAUDFNAME.VOLUME_CONTROL),
      wired('OUT', KSNODETYPE.ANALOG_CONNECTOR, KSAUDFNAME.RECORDING_CONTROL),
    ],
    [
      volumeNode('Wave Volume'),
      muteNode('Wave Mute'),
      volumeNode('Synth Volume'),
      muteNode('Synth Mute'),
      sumNode(),
      volumeNode('Master Volume'),
      muxNode('Recording Source'),
      volumeNode('Recording Volume'),
    ],
    wires(
      [-1, 0, 0, 1],
      [0, 0, 1, 1],
      [1, 0, 4, 1],
      [-1, 1, 2, 1],
      [2, 0, 3, 1],
      [3, 0, 4, 2],
      [4, 0, 5, 1],
      [5, 0, -1, 4],
      [-1, 2, 6, 1],
      [-1, 3, 6, 2],
      [6, 0, 7, 1],
      [7, 0, -1, 5],
    ),
  );

describe('mixer translation', () => {
  it('gives the lines, ids and controls of the worked example', () => {
    const { device } = mixerOf(['Topology', exampleTopology()]);
    expect(rows(device)).toEqual([
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
    ]);
    const mux = device.destinations[1]!.controls[1]!;
    expect(mux).toMatchObject({
      type: 'MUX',
      items: [
        { name: 'Microphone', lineId: 0x00000001 },
        { name: 'Aux', lineId: 0x00010001 },
      ],
      selected: 0,
    });
  });

  it('selects a mux item by its logical pin, also when it is selected already (RULE-10)', () => {
    const { device } = mixerOf(['Topology', exampleTopology()]);
    expect(device.setControl(2, { selected: 1 })).toMatchObject({ selected: 1 });
    expect(device.setControl(2, { selected: 1 })).toMatchObject({ selected: 1 });
    expect(() => device.setControl(2, { selected: 2 })).toThrow('no item 2');
    expect(device.control(2)).toMatchObject({ selected: 1 });
  });

  it('T1: one volume belongs to the destination, the source has no control', () => {
    const { device } = mixerOf([
      'Topology',
      topology(
        [jack('IN', KSNODETYPE.LEGACY_AUDIO_CONNECTOR), jack('OUT', KSNODETYPE.SPEAKER)],
        [volumeNode('Volume')],
        wires([-1, 0, 0, 1], [0, 0, -1, 1]),
      ),
    ]);
    expect(rows(device)).toEqual([
      { line: 'ffff0000 DST_SPEAKERS WAVEOUT 0:VOLUME@0', sources: ['0 SRC_WAVEOUT WAVEOUT'] },
    ]);
  });

  it('T4: a split gives a line under each destination with the control before the split on both', () => {
    const { device } = mixerOf([
      'Topology',
      topology(
        [
          jack('IN', KSNODETYPE.CD_PLAYER),
          jack('IN', KSNODETYPE.MICROPHONE),
          jack('OUT', KSNODETYPE.SPEAKER),
          jack('OUT', KSCATEGORY.AUDIO),
        ],
        [volumeNode('CD'), sumNode(), muxNode('Source')],
        wires([-1, 0, 0, 1], [0, 0, 1, 1], [0, 0, 2, 1], [-1, 1, 2, 2], [1, 0, -1, 2], [2, 0, -1, 3]),
      ),
    ]);
    expect(rows(device)).toEqual([
      { line: 'ffff0000 DST_SPEAKERS WAVEOUT', sources: ['0 SRC_COMPACTDISC UNDEFINED 1:VOLUME@0'] },
      {
        line: 'ffff0001 DST_WAVEIN WAVEIN 0:MUX@2',
        sources: ['1 SRC_COMPACTDISC UNDEFINED 2:VOLUME@0', '10001 SRC_MICROPHONE WAVEIN'],
      },
    ]);
    expect(device.destinations[1]!.controls[0]).toMatchObject({
      items: [{ lineId: 0x00000001 }, { lineId: 0x00010001 }],
    });
  });

  it('T5: a node behind a virtual sum belongs to the destination (RULE-8)', () => {
    const { device } = mixerOf([
      'Topology',
      topology(
        [
          jack('IN', KSNODETYPE.CD_PLAYER),
          jack('IN', KSNODETYPE.LINE_CONNECTOR),
          jack('OUT', KSNODETYPE.SPEAKER),
        ],
        [volumeNode('A'), volumeNode('B'), muteNode('Both')],
        wires([-1, 0, 0, 1], [-1, 1, 1, 1], [0, 0, 2, 1], [1, 0, 2, 1], [2, 0, -1, 2]),
      ),
    ]);
    expect(rows(device)).toEqual([
      {
        line: 'ffff0000 DST_SPEAKERS WAVEOUT 0:MUTE@2',
        sources: ['0 SRC_COMPACTDISC UNDEFINED 1:VOLUME@0', '10000 SRC_LINE UNDEFINED 2:VOLUME@1'],
      },
    ]);
  });

  it('T8: a source with two paths to one destination is no valid line', () => {
    const { device } = mixerOf([
      'Topology',
      topology(
        [jack('IN', KSNODETYPE.CD_PLAYER), jack('OUT', KSNODETYPE.SPEAKER)],
        [volumeNode('A'), volumeNode('B'), sumNode()],
        wires([-1, 0, 0, 1], [-1, 0, 1, 1], [0, 0, 2, 1], [1, 0, 2, 2], [2, 0, -1, 1]),
      ),
    ]);
    expect(rows(device)).toEqual([{ line: 'ffff0000 DST_SPEAKERS WAVEOUT', sources: [] }]);
  });

  it('keeps the ids of lines that vanish and return (RULE-15)', async () => {
    const speakers = topology(
      [jack('IN', KSNODETYPE.CD_PLAYER), jack('OUT', KSNODETYPE.SPEAKER)],
      [volumeNode('CD')],
      wires([-1, 0, 0, 1], [0, 0, -1, 1]),
    );
    const recording = topology(
      [jack('IN', KSNODETYPE.MICROPHONE), jack('OUT', KSCATEGORY.AUDIO)],
      [volumeNode('Mic')],
      wires([-1, 0, 0, 1], [0, 0, -1, 1]),
    );
    const { portCls, adapter, device } = mixerOf(['Render', speakers], ['Capture', recording]);
    const before = rows(device);
    adapter.unregisterSubdevice('Render');
    await Promise.resolve();
    expect(rows(device)).toEqual([before[1]]);
    install(portCls, adapter, 'Render', speakers);
    await Promise.resolve();
    expect(rows(device).sort((a, b) => a.line.localeCompare(b.line))).toEqual(before);
  });
});
