import { describe, expect, it } from 'vitest';
import { KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { propertyItem } from '../../../../../src/main/engine/ks/property.ts';
import { MixerApi } from '../../../../../src/main/engine/wdmaud/mixer/mixerApi.ts';
import {
  CONTROL_TYPE,
  MIXER_GETCONTROLDETAILSF,
  MIXER_GETLINECONTROLSF,
  MIXER_GETLINEINFOF,
  MIXER_SETCONTROLDETAILSF,
  MIXERLINE_LINEF,
  MM_MIXM,
} from '../../../../../src/main/engine/wdmaud/mixer/mixerNumbers.ts';
import { MM_RESULT, MmError } from '../../../../../src/main/engine/wdmaud/mmResult.ts';
import {
  installCapturePart,
  installExampleAdapter,
  removeCapturePart,
} from '../../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { jack, testPortCls, topology, volumeNode, wires } from '../../../../support/testFilters.ts';
import { nodeOf, switchItem, wholeNodeItem } from '../../../../support/testNodes.ts';
import { mixerOf, openMixer } from './support.ts';

const LINE = MIXER_GETLINEINFOF;
const CONTROLS = MIXER_GETLINECONTROLSF;
const { VALUE, LISTTEXT } = MIXER_GETCONTROLDETAILSF;

/** The MMRESULT a call ends with. */
function result(act: () => unknown): number {
  try {
    act();
    return 0;
  } catch (error) {
    if (error instanceof MmError) return error.value;
    throw error;
  }
}

function example(name?: string) {
  const portCls = testPortCls();
  const card = installExampleAdapter(portCls, { partitioned: true, ...(name === undefined ? {} : { name }) });
  const device = openMixer(card.adapter, portCls);
  const api = new MixerApi(() => [device]);
  const messages: [message: number, id: number][] = [];
  const mixer = api.open(0, (message, id) => messages.push([message, id]));
  return { portCls, card, device, api, mixer, messages };
}

describe('mixer functions: devices and lines', () => {
  it('count the devices and tell their names and destinations', () => {
    const { api } = example('A card whose name does not fit into MIXERCAPS');
    expect(api.getNumDevs()).toBe(1);
    expect(api.getDevCaps(0)).toEqual({ productName: 'A card whose name does not fit ', destinations: 3 });
    expect(result(() => api.getDevCaps(1))).toBe(MM_RESULT.MMSYSERR_BADDEVICEID);
    expect(result(() => api.open(-1))).toBe(MM_RESULT.MMSYSERR_BADDEVICEID);
  });

  it('tell a destination and a source by index and by line id', () => {
    const { mixer } = example();
    const recording = {
      destination: 1,
      source: 0,
      lineId: 0xffff0001,
      flags: MIXERLINE_LINEF.ACTIVE,
      componentType: 7,
      channels: 2,
      connections: 2,
      controls: 2,
      shortName: 'Recording Contr',
      name: 'Recording Control',
      target: { type: 2, productName: 'Example card' },
    };
    expect(mixer.getLineInfo(LINE.DESTINATION, { destination: 1 })).toEqual(recording);
    expect(mixer.getLineInfo(LINE.LINEID, { lineId: 0xffff0001 })).toEqual(recording);
    expect(mixer.getLineInfo(LINE.SOURCE, { destination: 1, source: 1 })).toMatchObject({
      destination: 1,
      source: 1,
      lineId: 0x00010001,
      flags: 0x80000001,
      componentType: 0x1002,
      connections: 0,
      name: 'Aux',
    });
  });

  it('find the first line of a component type or a target type', () => {
    const { mixer } = example();
    const find = (selector: number, query: object) => mixer.getLineInfo(selector, query).lineId;
    expect(find(LINE.COMPONENTTYPE, { componentType: 4 })).toBe(0xffff0000);
    expect(find(LINE.COMPONENTTYPE, { componentType: 0x1008 })).toBe(0);
    expect(find(LINE.TARGETTYPE, { target: { type: 3 } })).toBe(0x00010000);
    expect(find(LINE.TARGETTYPE, { target: { type: 2, productName: 'Example card' } })).toBe(0xffff0001);
    const other = { target: { type: 2, productName: 'Another card' } };
    expect(result(() => find(LINE.TARGETTYPE, other))).toBe(MM_RESULT.MIXERR_INVALLINE);
    expect(result(() => find(LINE.COMPONENTTYPE, { componentType: 5 }))).toBe(MM_RESULT.MIXERR_INVALLINE);
  });

  it('refuse bad selectors, lines and queries with the results of 6.5', () => {
    const { mixer } = example();
    expect(result(() => mixer.getLineInfo(5, { destination: 0 }))).toBe(MM_RESULT.MMSYSERR_INVALFLAG);
    expect(result(() => mixer.getLineInfo(LINE.DESTINATION, {}))).toBe(MM_RESULT.MMSYSERR_INVALPARAM);
    expect(result(() => mixer.getLineInfo(LINE.SOURCE, { destination: 0 }))).toBe(11);
    expect(result(() => mixer.getLineInfo(LINE.TARGETTYPE, {}))).toBe(11);
    expect(result(() => mixer.getLineInfo(LINE.DESTINATION, { destination: 3 }))).toBe(1024);
    expect(result(() => mixer.getLineInfo(LINE.SOURCE, { destination: 0, source: 2 }))).toBe(1024);
    expect(result(() => mixer.getLineInfo(LINE.SOURCE, { destination: 0, source: 0x10000 }))).toBe(1024);
    expect(result(() => mixer.getLineInfo(LINE.LINEID, { lineId: 0x00050000 }))).toBe(1024);
    mixer.close();
    expect(result(() => mixer.getLineInfo(LINE.DESTINATION, { destination: 0 }))).toBe(
      MM_RESULT.MMSYSERR_INVALHANDLE,
    );
    expect(result(() => mixer.getId())).toBe(MM_RESULT.MMSYSERR_INVALHANDLE);
  });

  it('RULE-15: a vanished line keeps its index, disconnected and without controls, until it returns', async () => {
    const { portCls, card, api, mixer, messages } = example();
    removeCapturePart(card);
    await Promise.resolve();
    expect(api.getDevCaps(0).destinations).toBe(3);
    expect(mixer.getLineInfo(LINE.DESTINATION, { destination: 1 })).toMatchObject({
      flags: MIXERLINE_LINEF.DISCONNECTED,
      connections: 2,
      controls: 0,
      name: 'Recording Control',
    });
    expect(mixer.getLineInfo(LINE.SOURCE, { destination: 1, source: 0 }).flags).toBe(0x80008000);
    expect(mixer.getLineControls(CONTROLS.ALL, { lineId: 0xffff0001 })).toEqual([]);
    expect(result(() => mixer.getControlDetails(VALUE, { controlId: 1, channels: 1 }))).toBe(1025);
    const vanished = [0xffff0001, 0x00000001, 0x00010001].map((id) => [MM_MIXM.LINE_CHANGE, id]);
    expect(messages).toEqual(vanished);
    installCapturePart(portCls, card);
    await Promise.resolve();
    expect(mixer.getLineInfo(LINE.DESTINATION, { destination: 1 })).toMatchObject({ flags: 1, controls: 2 });
    expect(messages).toEqual([...vanished, ...vanished]);
  });
});

describe('mixer functions: controls', () => {
  it('tell all controls of a line, one by id, and one by type', () => {
    const { mixer } = example();
    const volume = {
      lineId: 0xffff0000,
      controlId: 0,
      controlType: CONTROL_TYPE.VOLUME,
      flags: 0,
      multipleItems: 0,
      shortName: 'Master Volume',
      name: 'Master Volume',
      bounds: { minimum: 0, maximum: 65535 },
      steps: 192,
    };
    expect(mixer.getLineControls(CONTROLS.ALL, { lineId: 0xffff0000 })).toEqual([volume]);
    expect(mixer.getLineControls(CONTROLS.ONEBYID, { controlId: 0 })).toEqual([volume]);
    expect(
      mixer.getLineControls(CONTROLS.ONEBYTYPE, { lineId: 0xffff0001, controlType: 0x70010001 }),
    ).toMatchObject([{ controlId: 2, flags: 2, multipleItems: 2, bounds: { minimum: 0, maximum: 1 } }]);
    expect(mixer.getLineControls(CONTROLS.ONEBYID, { controlId: 4 })).toMatchObject([
      { lineId: 0, controlType: 0x20010002, bounds: { minimum: 0, maximum: 1 }, steps: 0 },
    ]);
  });

  it('refuse bad lines, controls, types and selectors', () => {
    const { mixer } = example();
    expect(result(() => mixer.getLineControls(CONTROLS.ALL, { lineId: 7 }))).toBe(1024);
    expect(result(() => mixer.getLineControls(CONTROLS.ALL, {}))).toBe(11);
    expect(result(() => mixer.getLineControls(CONTROLS.ONEBYID, { controlId: 7 }))).toBe(1025);
    const mute = { lineId: 0xffff0000, controlType: CONTROL_TYPE.MUTE };
    expect(result(() => mixer.getLineControls(CONTROLS.ONEBYTYPE, mute))).toBe(1025);
    expect(result(() => mixer.getLineControls(3, { lineId: 0 }))).toBe(10);
  });

  it('96: give every control type its number, bounds and steps', () => {
    const range = { minimum: 0, maximum: 0x20000, step: 0x4000 };
    const { device } = mixerOf([
      'Topology',
      topology(
        [jack('IN', KSNODETYPE.CD_PLAYER), jack('OUT', KSNODETYPE.SPEAKER, KSAUDFNAME.VOLUME_CONTROL)],
        [
          nodeOf(
            KSNODETYPE.AGC,
            'A control with a name of more than sixty-three characters, so cut',
            switchItem(KSPROPERTY_AUDIO.AGC),
          ),
          nodeOf(KSNODETYPE.STEREO_WIDE, 'Wide', wholeNodeItem(KSPROPERTY_AUDIO.WIDENESS, 0x10000, range)),
          nodeOf(
            KSNODETYPE.PEAKMETER,
            'Peak',
            propertyItem({ property: KSPROPERTY_AUDIO.PEAKMETER2, get: () => 0x3fffffff }),
          ),
        ],
        wires([-1, 0, 0, 1], [0, 0, 1, 1], [1, 0, 2, 1], [2, 0, -1, 1]),
      ),
    ]);
    const mixer = new MixerApi(() => [device]).open(0);
    const [peak, wide, agc] = mixer.getLineControls(CONTROLS.ALL, { lineId: 0xffff0000 });
    expect(peak).toMatchObject({
      controlType: 0x10020001,
      bounds: { minimum: -32768, maximum: 32767 },
      steps: 0,
    });
    expect(wide).toMatchObject({ controlType: 0x50030000, bounds: { minimum: 0, maximum: 65535 }, steps: 8 });
    expect(agc).toMatchObject({ controlType: 0x20010001, bounds: { minimum: 0, maximum: 1 } });
    expect([agc!.shortName.length, agc!.name.length]).toEqual([15, 63]);

    const details = (controlId: number) => ({ controlId, channels: 1 });
    expect(mixer.getControlDetails(VALUE, details(peak!.controlId))).toEqual([16383]);
    expect(mixer.getControlDetails(VALUE, details(wide!.controlId))).toEqual([32768]);
    mixer.setControlDetails(VALUE, { ...details(wide!.controlId), values: [65535] });
    expect(device.control(wide!.controlId)).toMatchObject({ value: 0x20000 });
    expect(result(() => mixer.setControlDetails(VALUE, { ...details(peak!.controlId), values: [0] }))).toBe(
      MM_RESULT.MMSYSERR_NOTSUPPORTED,
    );
  });

  it('98: a uniform control has flag 1', () => {
    const { device } = mixerOf([
      'Topology',
      topology(
        [jack('IN', KSNODETYPE.CD_PLAYER), jack('OUT', KSNODETYPE.SPEAKER)],
        [
          nodeOf(
            KSNODETYPE.MUTE,
            'Mute',
            switchItem(KSPROPERTY_AUDIO.MUTE, { channels: [0, 1, 2, 3], multichannel: 4, uniform: true }),
          ),
        ],
        wires([-1, 0, 0, 1], [0, 0, -1, 1]),
      ),
    ]);
    const mixer = new MixerApi(() => [device]).open(0);
    expect(mixer.getLineInfo(LINE.DESTINATION, { destination: 0 }).channels).toBe(4);
    expect(mixer.getLineControls(CONTROLS.ONEBYID, { controlId: 0 })).toMatchObject([{ flags: 1 }]);
  });
});

describe('mixer functions: control details', () => {
  it('get and set a volume as one value or per channel', () => {
    const { mixer, card } = example();
    const master = { controlId: 0, channels: 2 };
    mixer.setControlDetails(VALUE, { controlId: 0, channels: 1, values: [0] });
    expect(card.registers.level('MASTER_VOL', 0)).toBe(-96 * 0x10000);
    expect(mixer.getControlDetails(VALUE, master)).toEqual([0, 0]);
    mixer.setControlDetails(MIXER_SETCONTROLDETAILSF.VALUE, { ...master, values: [65535, 32768] });
    expect([0, 1].map((channel) => card.registers.level('MASTER_VOL', channel))).toEqual([0, -48 * 0x10000]);
    expect(mixer.getControlDetails(VALUE, master)).toEqual([65535, 32768]);
    expect(mixer.getControlDetails(VALUE, { controlId: 0, channels: 1 })).toEqual([65535]);
  });

  it('get and set the items of a MUX, and their texts', () => {
    const { mixer, card } = example();
    const mux = { controlId: 2, channels: 1, multipleItems: 2 };
    expect(mixer.getControlDetails(VALUE, mux)).toEqual([1, 0]);
    mixer.setControlDetails(VALUE, { ...mux, values: [0, 1] });
    expect(card.registers.source).toBe(2);
    // RULE-10: selecting the selected item again is a success.
    mixer.setControlDetails(VALUE, { ...mux, values: [0, 1] });
    expect(mixer.getControlDetails(VALUE, mux)).toEqual([0, 1]);
    expect(mixer.getControlDetails(LISTTEXT, mux)).toEqual([
      { name: 'Microphone', param1: 0x00000001, param2: 0x1003 },
      { name: 'Aux', param1: 0x00010001, param2: 0x1002 },
    ]);
  });

  it('refuse values and shapes that do not fit, and change nothing', () => {
    const { mixer, card, messages } = example();
    const set = (controlId: number, channels: number, values: number[], multipleItems = 0) =>
      result(() => mixer.setControlDetails(VALUE, { controlId, channels, multipleItems, values }));
    expect(set(0, 1, [65536])).toBe(MM_RESULT.MIXERR_INVALVALUE);
    expect(set(0, 1, [-1])).toBe(1026);
    expect(set(0, 1, [0.5])).toBe(1026);
    expect(set(4, 1, [2])).toBe(1026);
    expect(set(2, 1, [1, 1], 2)).toBe(1026);
    expect(set(2, 1, [0, 0], 2)).toBe(1026);
    expect(set(2, 1, [1], 1)).toBe(MM_RESULT.MMSYSERR_INVALPARAM);
    expect(set(0, 3, [0, 0, 0])).toBe(11);
    expect(set(0, 2, [0])).toBe(11);
    expect(set(99, 1, [0])).toBe(MM_RESULT.MIXERR_INVALCONTROL);
    expect(result(() => mixer.setControlDetails(1, { controlId: 0, channels: 1, values: [0] }))).toBe(10);
    expect(result(() => mixer.getControlDetails(2, { controlId: 0, channels: 1 }))).toBe(10);
    expect(result(() => mixer.getControlDetails(LISTTEXT, { controlId: 0, channels: 1 }))).toBe(8);
    expect(card.registers.writes).toBe(0);
    expect(messages).toEqual([]);
  });

  it('tell every open mixer of a change, whoever made it, until it is closed', () => {
    const { api, mixer, card, device, messages } = example();
    const others: number[] = [];
    const other = api.open(0, (message, id) => others.push(message, id));
    other.setControlDetails(VALUE, { controlId: 4, channels: 1, values: [1] });
    expect(messages).toEqual([[MM_MIXM.CONTROL_CHANGE, 4]]);
    expect(others).toEqual([MM_MIXM.CONTROL_CHANGE, 4]);
    other.close();
    device.setControl(4, { muted: [false] });
    card.registers.setSource(2);
    card.topologyCapture!.filter.events.generate(0);
    expect(messages.slice(1)).toEqual([
      [MM_MIXM.CONTROL_CHANGE, 4],
      [MM_MIXM.CONTROL_CHANGE, 2],
    ]);
    expect(others).toHaveLength(2);
    expect(mixer.getId()).toBe(0);
  });

  it('answer MMSYSERR_NODRIVER for a node that was removed', () => {
    const { device, adapter } = mixerOf([
      'Topology',
      topology(
        [jack('IN', KSCATEGORY.AUDIO), jack('OUT', KSNODETYPE.SPEAKER)],
        [volumeNode('Volume')],
        wires([-1, 0, 0, 1], [0, 0, -1, 1]),
      ),
    ]);
    const mixer = new MixerApi(() => [device]).open(0);
    adapter.unregisterSubdevice('Topology');
    expect(result(() => mixer.getControlDetails(VALUE, { controlId: 0, channels: 1 }))).toBe(
      MM_RESULT.MMSYSERR_NODRIVER,
    );
  });
});
