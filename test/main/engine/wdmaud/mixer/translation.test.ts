import { describe, expect, it } from 'vitest';
import { NO_LINE } from '../../../../../src/contract/services/mixer.ts';
import { KSAUDFNAME, KSCATEGORY, KSNODETYPE, type Guid } from '../../../../../src/main/engine/ks/guid.ts';
import type { FilterDescriptor } from '../../../../../src/main/engine/ks/descriptor.ts';
import {
  install,
  jack,
  muteNode,
  muxNode,
  sumNode,
  topology,
  volumeNode,
  wired,
  wires,
} from '../../../../support/testFilters.ts';
import { nodeOf } from '../../../../support/testNodes.ts';
import { mixerOf, rows } from './support.ts';

/** Section 9.3, the topology filter of the worked example by itself, with the Stereo Mix of T3. */
const stereoMixTopology = (): FilterDescriptor =>
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
      volumeNode('Stereo Mix Volume'),
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
      [4, 0, 8, 1],
      [8, 0, 6, 3],
    ),
  );

describe('mixer translation', () => {
  it('93: T1: one volume belongs to the destination, the source has no control', () => {
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

  it('93: T4: a split gives a line under each destination with the control before the split on both', () => {
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

  it('93: T5: a node behind a virtual sum belongs to the destination (RULE-8)', () => {
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

  it('93: T8: a source with two paths to one destination is no valid line', () => {
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

  it('93: T2: the vendor sample with 13 connections', () => {
    const { device } = mixerOf([
      'Topology',
      topology(
        [
          wired('IN', KSNODETYPE.LEGACY_AUDIO_CONNECTOR),
          wired('IN', KSNODETYPE.SYNTHESIZER, KSAUDFNAME.MIDI_VOLUME),
          jack('IN', KSNODETYPE.SYNTHESIZER, KSAUDFNAME.MIDI),
          jack('IN', KSNODETYPE.MICROPHONE),
          jack('OUT', KSNODETYPE.SPEAKER),
          wired('OUT', KSCATEGORY.AUDIO),
        ],
        [
          volumeNode('Wave Out Volume'),
          muteNode('Wave Out Mute'),
          volumeNode('Synth Out Volume'),
          muteNode('Synth Out Mute'),
          volumeNode('Mic Volume'),
          volumeNode('Synth In Volume'),
          sumNode(),
          volumeNode('Line Out Volume'),
          muxNode('Wave In Source'),
        ],
        wires(
          [-1, 0, 0, 1],
          [0, 0, 1, 1],
          [1, 0, 6, 1],
          [-1, 1, 2, 1],
          [2, 0, 3, 1],
          [3, 0, 6, 2],
          [-1, 2, 5, 1],
          [5, 0, 8, 1],
          [-1, 3, 4, 1],
          [4, 0, 8, 2],
          [6, 0, 7, 1],
          [7, 0, -1, 4],
          [8, 0, -1, 5],
        ),
      ),
    ]);
    expect(rows(device)).toEqual([
      {
        line: 'ffff0000 DST_SPEAKERS WAVEOUT 0:VOLUME@7',
        sources: [
          '0 SRC_WAVEOUT WAVEOUT 2:VOLUME@0 3:MUTE@1',
          '10000 SRC_SYNTHESIZER MIDIOUT 4:VOLUME@2 5:MUTE@3',
        ],
      },
      {
        line: 'ffff0001 DST_WAVEIN WAVEIN 1:MUX@8',
        sources: ['1 SRC_SYNTHESIZER MIDIOUT 6:VOLUME@5', '10001 SRC_MICROPHONE WAVEIN 7:VOLUME@4'],
      },
    ]);
    expect(device.destinations[1]!.controls[0]).toMatchObject({
      items: [{ lineId: 0x00000001 }, { lineId: 0x00010001 }],
    });
  });

  it('93: T3: a SUM that feeds the MUX is a virtual line, and lines behind it appear a second time', () => {
    const { device } = mixerOf(['Topology', stereoMixTopology()]);
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
        sources: [
          '1 SRC_WAVEOUT WAVEOUT 7:VOLUME@0 8:MUTE@1',
          '10001 SRC_SYNTHESIZER MIDIOUT 9:VOLUME@2 10:MUTE@3',
          '20001 SRC_MICROPHONE WAVEIN',
          '30001 SRC_LINE UNDEFINED',
          '40001 SRC_UNDEFINED UNDEFINED 11:VOLUME@8',
        ],
      },
    ]);
    expect(device.destinations[1]!.sources[4]!.name).toBe('Mix');
    expect(device.destinations[1]!.controls[1]).toMatchObject({
      items: [
        { name: 'Microphone', lineId: 0x00020001 },
        { name: 'Aux', lineId: 0x00030001 },
        { name: 'Mix', lineId: 0x00040001 },
      ],
    });
  });

  it.each([
    ['OUT', 'BRIDGE', 'DST_SPEAKERS WAVEOUT'],
    ['OUT', 'NONE', 'DST_WAVEIN WAVEIN'],
    ['IN', 'BRIDGE', 'SRC_DIGITAL WAVEIN'],
    ['IN', 'NONE', 'SRC_DIGITAL WAVEOUT'],
  ] as const)('93, 94: T9: a %s S/PDIF pin that is %s is %s', (flow, communication, expected) => {
    const spdif = { ...wired(flow, KSNODETYPE.SPDIF_INTERFACE), communication };
    const { device } = mixerOf([
      'Topology',
      topology(
        flow === 'IN'
          ? [spdif, jack('OUT', KSNODETYPE.HEADPHONES)]
          : [jack('IN', KSNODETYPE.CD_PLAYER), spdif],
        [],
        wires([-1, 0, -1, 1]),
      ),
    ]);
    const [{ line, sources }] = rows(device) as [ReturnType<typeof rows>[number]];
    expect(flow === 'IN' ? sources : [line]).toEqual([expect.stringContaining(expected)]);
  });

  it('93: T10: an equalizer and a delay give no controls', () => {
    const { device } = mixerOf([
      'Topology',
      topology(
        [jack('IN', KSNODETYPE.CD_PLAYER), jack('OUT', KSNODETYPE.HEADPHONES)],
        [nodeOf(KSNODETYPE.DELAY, 'Delay'), nodeOf(KSNODETYPE.EQUALIZER, 'Equalizer')],
        wires([-1, 0, 0, 1], [0, 0, 1, 1], [1, 0, -1, 1]),
      ),
    ]);
    expect(rows(device)).toEqual([
      { line: 'ffff0000 DST_HEADPHONES WAVEOUT', sources: ['0 SRC_COMPACTDISC UNDEFINED'] },
    ]);
  });

  it('95: an IN pin whose category the table does not know is UNDEFINED', () => {
    const { device } = mixerOf([
      'Topology',
      topology([jack('IN', KSNODETYPE.HEADSET), jack('OUT', KSNODETYPE.SPEAKER)], [], wires([-1, 0, -1, 1])),
    ]);
    expect(rows(device)[0]!.sources).toEqual(['0 SRC_UNDEFINED UNDEFINED']);
  });

  it('gives a source that splits in front of two destinations one line under each', () => {
    const { device } = mixerOf([
      'Topology',
      topology(
        [
          jack('IN', KSNODETYPE.CD_PLAYER),
          jack('OUT', KSNODETYPE.SPEAKER),
          jack('OUT', KSNODETYPE.HEADPHONES),
        ],
        [volumeNode('Both'), volumeNode('Speakers'), volumeNode('Headphones')],
        wires([-1, 0, 0, 1], [0, 0, 1, 1], [0, 0, 2, 1], [1, 0, -1, 1], [2, 0, -1, 2]),
      ),
    ]);
    // Node 0 lies on the way up from either pin, so both destinations own it.
    expect(rows(device)).toEqual([
      {
        line: 'ffff0000 DST_SPEAKERS WAVEOUT 0:VOLUME@1 1:VOLUME@0',
        sources: ['0 SRC_COMPACTDISC UNDEFINED'],
      },
      {
        line: 'ffff0001 DST_HEADPHONES WAVEOUT 2:VOLUME@2 3:VOLUME@0',
        sources: ['1 SRC_COMPACTDISC UNDEFINED'],
      },
    ]);
  });

  it('ends with feedback loops, which add no paths', () => {
    const { device } = mixerOf([
      'Topology',
      topology(
        [jack('IN', KSNODETYPE.CD_PLAYER), jack('OUT', KSNODETYPE.SPEAKER)],
        [sumNode('Echo sum'), volumeNode('Dry'), volumeNode('Feedback'), sumNode('Mix')],
        wires(
          [-1, 0, 0, 1],
          [0, 0, 1, 1],
          [1, 0, 2, 1],
          [2, 0, 0, 2],
          [1, 0, 3, 1],
          [3, 0, 3, 2],
          [3, 0, -1, 1],
        ),
      ),
    ]);
    expect(rows(device)).toEqual([
      { line: 'ffff0000 DST_SPEAKERS WAVEOUT', sources: ['0 SRC_COMPACTDISC UNDEFINED'] },
    ]);
  });

  it('ends with a ring that nothing feeds', () => {
    const { device } = mixerOf([
      'Topology',
      topology(
        [jack('OUT', KSNODETYPE.SPEAKER)],
        [volumeNode('A'), volumeNode('B')],
        wires([0, 0, 1, 1], [1, 0, 0, 1], [1, 0, -1, 0]),
      ),
    ]);
    expect(rows(device)).toEqual([
      { line: 'ffff0000 DST_SPEAKERS WAVEOUT 0:VOLUME@1 1:VOLUME@0', sources: [] },
    ]);
  });

  it('gives every input of a MUX an item, also one that no valid line feeds', () => {
    const { device } = mixerOf([
      'Topology',
      topology(
        [
          jack('IN', KSNODETYPE.CD_PLAYER),
          jack('IN', KSNODETYPE.MICROPHONE),
          jack('IN', KSNODETYPE.LINE_CONNECTOR),
          jack('OUT', KSCATEGORY.AUDIO),
        ],
        [muxNode('Source'), volumeNode('Mic and line')],
        // The CD has two ways into the MUX; microphone and line meet in front of one input.
        wires([-1, 0, 0, 1], [-1, 0, 0, 4], [-1, 1, 1, 1], [-1, 2, 1, 1], [1, 0, 0, 2], [0, 0, -1, 3]),
      ),
    ]);
    expect(rows(device)).toEqual([
      {
        line: 'ffff0000 DST_WAVEIN WAVEIN 0:MUX@0',
        sources: ['0 SRC_MICROPHONE WAVEIN 1:VOLUME@1', '10000 SRC_LINE UNDEFINED 2:VOLUME@1'],
      },
    ]);
    expect(device.destinations[0]!.controls[0]).toMatchObject({
      items: [
        { name: 'CD Player', lineId: NO_LINE },
        { name: 'Microphone', lineId: 0 },
        { name: 'CD Player', lineId: NO_LINE },
      ],
    });
    expect(device.setControl(0, { selected: 2 })).toMatchObject({ selected: 2 });
  });

  it('RULE-15: a line that arrives later gets a new id, one that returns its old one', async () => {
    const path = (source: Guid, destination: Guid, name: string) =>
      topology(
        [jack('IN', source), jack('OUT', destination)],
        [volumeNode(name)],
        wires([-1, 0, 0, 1], [0, 0, -1, 1]),
      );
    const speakers = path(KSNODETYPE.CD_PLAYER, KSNODETYPE.SPEAKER, 'CD');
    const { portCls, adapter, device } = mixerOf(['Render', speakers]);
    const before = rows(device);
    adapter.unregisterSubdevice('Render');
    install(portCls, adapter, 'Capture', path(KSNODETYPE.MICROPHONE, KSCATEGORY.AUDIO, 'Mic'));
    await Promise.resolve();
    expect(rows(device)).toEqual([
      { line: 'ffff0001 DST_WAVEIN WAVEIN 1:VOLUME@0', sources: ['1 SRC_MICROPHONE WAVEIN'] },
    ]);
    install(portCls, adapter, 'Render', speakers);
    await Promise.resolve();
    expect(rows(device)[0]).toEqual(before[0]);
  });
});
