import { describe, expect, it } from 'vitest';
import type { FilterDescriptor } from '../../../../../src/main/engine/ks/descriptor.ts';
import { KSCATEGORY, KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { volumeProgram } from '../../../../../src/main/engine/wdmaud/mixer/volumeProgram.ts';
import { installExampleAdapter } from '../../../../fixtures/exampleAdapter/exampleAdapter.ts';
import {
  jack,
  muteNode,
  muxNode,
  testPortCls,
  topology,
  volumeNode,
  wires,
} from '../../../../support/testFilters.ts';
import { nodeOf, switchItem } from '../../../../support/testNodes.ts';
import { mixerOf, openMixer } from './support.ts';

const program = (descriptor: FilterDescriptor) =>
  volumeProgram(mixerOf(['Topology', descriptor]).device.destinations);

/** Microphone and aux into a MUX; the microphone through a mute that has nothing else to do. */
const recording = (): FilterDescriptor =>
  topology(
    [jack('IN', KSNODETYPE.MICROPHONE), jack('IN', KSNODETYPE.LINE_CONNECTOR), jack('OUT', KSCATEGORY.AUDIO)],
    [muteNode('Mic Mute'), muxNode('Recording Source')],
    wires([-1, 0, 0, 1], [0, 0, 1, 1], [-1, 1, 1, 2], [1, 0, -1, 2]),
  );

describe('the classic volume program', () => {
  it('99: shows no tray icon for a mixer whose only destination is WAVEIN', () => {
    expect(program(recording())).toMatchObject({ trayIcon: false, masterSlider: undefined });
  });

  it('100: shows wave and synth of the worked example, and no recording source without controls', () => {
    const portCls = testPortCls();
    const { adapter } = installExampleAdapter(portCls);
    const { trayIcon, masterSlider, windows } = volumeProgram(openMixer(adapter, portCls).destinations);
    expect(trayIcon).toBe(true);
    expect(masterSlider).toMatchObject({ id: 0 });
    expect(windows.map(({ panels }) => panels.map(({ line }) => line.name))).toEqual([
      ['Wave', 'Synth'],
      [],
      [],
    ]);
    expect(windows[0]!.panels[0]).toMatchObject({
      volume: { id: 3 },
      checkBox: { kind: 'mute', mute: { id: 4 } },
      balance: 'pan',
    });
  });

  it('100: a dummy mute in front of the MUX makes the panel, whose check box selects the source', () => {
    const { windows } = program(recording());
    expect(windows[0]!.panels).toMatchObject([
      { line: { name: 'Microphone' }, checkBox: { kind: 'select', mux: { id: 0 }, item: 0 } },
    ]);
  });

  it('gives more than two channels a dialog with a slider per speaker, and puts AGC behind “Advanced”', () => {
    const { windows } = program(
      topology(
        [
          jack('IN', KSNODETYPE.CD_PLAYER),
          jack('IN', KSNODETYPE.MICROPHONE),
          jack('OUT', KSNODETYPE.SPEAKER),
        ],
        [
          volumeNode('CD', 4),
          nodeOf(KSNODETYPE.AGC, 'AGC', switchItem(KSPROPERTY_AUDIO.AGC)),
          muteNode('Out'),
        ],
        wires([-1, 0, 0, 1], [-1, 1, 1, 1], [0, 0, 2, 1], [1, 0, 2, 1], [2, 0, -1, 2]),
      ),
    );
    expect(windows[0]!.panels).toMatchObject([
      { balance: 'speakers', advanced: [] },
      { volume: undefined, checkBox: undefined, advanced: [{ type: 'ONOFF' }] },
    ]);
  });
});
