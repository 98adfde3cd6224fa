import { describe, expect, it } from 'vitest';
import { guid, GUID_NULL, KSCATEGORY, KSNODETYPE, KSPROPSETID } from '../../../../src/main/engine/ks/guid.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { AutomationTable, propertyItem } from '../../../../src/main/engine/ks/property.ts';
import { KSPROPERTY_GENERAL } from '../../../../src/main/engine/ks/properties/general.ts';
import { KSPROPERTY_SYSAUDIO, SYSAUDIO_FLAGS } from '../../../../src/main/engine/ks/properties/sysaudio.ts';
import { concat, ULONG, UTF16 } from '../../../../src/main/engine/ks/wire/layout.ts';
import { encodeRequest } from '../../../../src/main/engine/ks/wire/request.ts';
import { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import { sysAudioRequest } from '../../../../src/main/engine/sysaudio/wireRequest.ts';
import { install, jack, testPortCls, topology, wired } from '../../../support/testFilters.ts';
import { installStreams, pcmRange, statusOf, streamPin, synthesizer, waveCard } from './support.ts';

const CD = { pinCategory: KSNODETYPE.CD_PLAYER, pinName: KSNODETYPE.CD_PLAYER };

function threeCards() {
  const portCls = testPortCls();
  const cards = ['a', 'b', 'c'].map((id) => waveCard(portCls, id));
  const sysAudio = new SysAudio(portCls);
  return { portCls, cards, sysAudio, client: sysAudio.open() };
}

describe('virtual audio devices', () => {
  it('87: three wave-rendering cards are devices 0 to 2, and -1 names the one opened last', () => {
    const { client } = threeCards();
    const nameOf = (deviceId: number) => client.get(KSPROPERTY_SYSAUDIO.DEVICE_FRIENDLY_NAME, { deviceId });
    expect(client.get(KSPROPERTY_SYSAUDIO.DEVICE_COUNT, undefined)).toBe(3);
    expect([0, 1, 2].map(nameOf)).toEqual(['Card a', 'Card b', 'Card c']);
    expect(statusOf(() => nameOf(-1))).toBe('STATUS_INVALID_PARAMETER');
    client.set(KSPROPERTY_SYSAUDIO.DEVICE_INSTANCE, undefined, 1);
    expect(nameOf(-1)).toBe('Card b');
    expect(client.get(KSPROPERTY_SYSAUDIO.DEVICE_INTERFACE_NAME, { deviceId: -1 })).toBe('b/Wave');
    client.set(KSPROPERTY_SYSAUDIO.INSTANCE_INFO, { flags: 0, deviceNumber: 2 }, undefined);
    expect(nameOf(-1)).toBe('Card c');
    expect(client.get(KSPROPERTY_SYSAUDIO.DEVICE_INSTANCE, undefined)).toBe(2);
  });

  it('is no device for an adapter that renders no wave', () => {
    const portCls = testPortCls();
    const adapter = portCls.addAdapterDevice({ id: 'midi', name: 'MIDI', maxObjects: 4 });
    synthesizer(adapter, 'Synth', 'FMSYNTH', wired('OUT', KSNODETYPE.SYNTHESIZER));
    install(portCls, adapter, 'Topology', topology([jack('OUT', KSNODETYPE.SPEAKER)], [], []));
    const capture = portCls.addAdapterDevice({ id: 'mic', name: 'Microphone', maxObjects: 4 });
    installStreams(capture, 'Wave', {
      pins: [streamPin('OUT', [pcmRange()], 1)],
      nodes: [],
      connections: [],
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.CAPTURE],
    });
    expect(new SysAudio(portCls).devices).toEqual([]);
  });

  it('follows cards as they come and go', () => {
    const { portCls, cards, sysAudio, client } = threeCards();
    client.set(KSPROPERTY_SYSAUDIO.DEVICE_INSTANCE, undefined, 2);
    let changes = 0;
    sysAudio.onDevices(() => changes++);
    portCls.removeAdapterDevice(cards[1]!.adapter);
    expect(changes).toBeGreaterThan(0);
    expect(sysAudio.devices.map(({ friendlyName }) => friendlyName)).toEqual(['Card a', 'Card c']);
    // The open device is still the same card, under its new number.
    expect(client.get(KSPROPERTY_SYSAUDIO.DEVICE_INSTANCE, undefined)).toBe(1);
    portCls.removeAdapterDevice(cards[2]!.adapter);
    expect(client.device).toBeUndefined();
    expect(statusOf(() => client.pins)).toBe('STATUS_INVALID_PARAMETER');
    waveCard(portCls, 'd');
    expect(client.get(KSPROPERTY_SYSAUDIO.DEVICE_COUNT, undefined)).toBe(2);
  });

  it('combines wave-render pin and mixer pin unless told not to', () => {
    const { client } = threeCards();
    client.set(KSPROPERTY_SYSAUDIO.DEVICE_INSTANCE, undefined, 0);
    expect(client.pins.map(({ dataFlow, route }) => [dataFlow, route])).toEqual([
      ['IN', 'any'],
      ['OUT', 'any'],
    ]);
    const info = { flags: SYSAUDIO_FLAGS.DONT_COMBINE_PINS, deviceNumber: 0 };
    client.set(KSPROPERTY_SYSAUDIO.INSTANCE_INFO, info, undefined);
    expect(client.pins.map(({ id, dataFlow, route }) => [id, dataFlow, route])).toEqual([
      [0, 'IN', 'direct'],
      [1, 'IN', 'mixed'],
      [2, 'OUT', 'any'],
    ]);
    const direct = client.openPin(0, pcmFormat(2, 48_000, 16));
    expect(direct.shared).toBeUndefined();
    direct.dispose();
    const mixed = client.openPin(1, pcmFormat(2, 48_000, 16));
    expect(mixed.shared).toBeDefined();
    expect(client.get(KSPROPERTY_SYSAUDIO.INSTANCE_INFO, info)).toBeUndefined();
    expect(statusOf(() => client.get(KSPROPERTY_SYSAUDIO.INSTANCE_INFO, { ...info, flags: 0 }))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
  });

  it('reads the component id from the wave-rendering filter', () => {
    const portCls = testPortCls();
    const { adapter } = waveCard(portCls, 'a');
    const id = {
      manufacturer: guid('4E1CECD2-1679-463B-A72F-A5BF64C86EBA'),
      product: KSCATEGORY.AUDIO,
      component: KSCATEGORY.RENDER,
      name: GUID_NULL,
      version: 1,
      revision: 2,
    };
    const client = new SysAudio(portCls).open();
    const ask = () => client.get(KSPROPERTY_SYSAUDIO.COMPONENT_ID, { deviceId: 0 });
    expect(statusOf(ask)).toBe('STATUS_NOT_FOUND');
    adapter.unregisterSubdevice('Wave');
    installStreams(adapter, 'Wave', {
      pins: [streamPin('IN', [pcmRange()], 1)],
      nodes: [],
      connections: [],
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER],
      automation: new AutomationTable([
        propertyItem({ property: KSPROPERTY_GENERAL.COMPONENTID, get: () => id }),
      ]),
    });
    expect(ask()).toEqual(id);
  });

  it('88: a virtual source of the same category and name keeps its index', () => {
    const { sysAudio, client } = threeCards();
    const create = (pinName = CD.pinName) =>
      client.get(KSPROPERTY_SYSAUDIO.CREATE_VIRTUAL_SOURCE, { ...CD, pinName });
    expect(create()).toBe(0);
    expect(create(KSNODETYPE.SYNTHESIZER)).toBe(1);
    expect(create()).toBe(0);
    // Another client of the same SysAudio finds it too.
    expect(sysAudio.open().get(KSPROPERTY_SYSAUDIO.CREATE_VIRTUAL_SOURCE, CD)).toBe(0);
  });

  it('is found in no list of filters and no graph', () => {
    const { portCls, sysAudio } = threeCards();
    const everything = [
      ...portCls.adapters.flatMap((adapter) => adapter.subdevices.map(({ path }) => path)),
      ...sysAudio.graph.subdevices.map(({ path }) => path),
      ...sysAudio.systemFilters.map(({ name }) => name),
    ];
    expect(everything.filter((name) => /sysaudio/i.test(name))).toEqual([]);
    expect(sysAudio.filtersIn(KSCATEGORY.AUDIO_DEVICE)).toEqual([]);
  });
});

describe('SysAudio requests in bytes', () => {
  const request = (...parameters: Parameters<typeof encodeRequest>) => encodeRequest(...parameters);
  const room = (bytes: number) => new Uint8Array(bytes);

  it('(R) statuses', () => {
    const { client } = threeCards();
    const send = (input: Uint8Array, value: Uint8Array) => sysAudioRequest(client, input, value);
    const count = request('GET', KSPROPERTY_SYSAUDIO.DEVICE_COUNT, undefined);
    const nameOf = (deviceId: number) =>
      request('GET', KSPROPERTY_SYSAUDIO.DEVICE_FRIENDLY_NAME, { deviceId });
    const nothing = { information: 0, output: room(0) };

    expect(send(count, room(4))).toEqual({
      status: 'STATUS_SUCCESS',
      information: 4,
      output: ULONG.encode(3),
    });
    expect(send(count.subarray(0, 23), room(4))).toEqual({ status: 'STATUS_BUFFER_TOO_SMALL', ...nothing });
    expect(send(nameOf(0).subarray(0, 24), room(64))).toEqual({
      status: 'STATUS_BUFFER_TOO_SMALL',
      ...nothing,
    });
    expect(send(nameOf(3), room(64))).toEqual({ status: 'STATUS_INVALID_PARAMETER', ...nothing });
    const name = UTF16.encode('Card a');
    expect(send(nameOf(0), room(4))).toEqual({
      status: 'STATUS_BUFFER_TOO_SMALL',
      information: name.length,
      output: room(0),
    });
    expect(send(nameOf(0), room(name.length))).toEqual({
      status: 'STATUS_SUCCESS',
      information: name.length,
      output: name,
    });
    const unknown = { ...KSPROPERTY_SYSAUDIO.DEVICE_COUNT, set: KSPROPSETID.Sysaudio, id: 99 };
    expect(send(request('GET', unknown, undefined), room(4)).status).toBe('STATUS_UNSUCCESSFUL');
  });

  it('opens a device, refuses a short value and a set of what can only be read', () => {
    const { client } = threeCards();
    const open = request('SET', KSPROPERTY_SYSAUDIO.DEVICE_INSTANCE, undefined);
    expect(sysAudioRequest(client, open, room(3)).status).toBe('STATUS_BUFFER_TOO_SMALL');
    expect(client.device).toBeUndefined();
    expect(sysAudioRequest(client, open, ULONG.encode(7)).status).toBe('STATUS_INVALID_PARAMETER');
    expect(sysAudioRequest(client, open, ULONG.encode(1)).status).toBe('STATUS_SUCCESS');
    expect(client.device?.friendlyName).toBe('Card b');
    const setCount = request('SET', KSPROPERTY_SYSAUDIO.DEVICE_COUNT, undefined);
    expect(sysAudioRequest(client, setCount, ULONG.encode(1)).status).toBe('STATUS_INVALID_DEVICE_REQUEST');
    const support = request('BASICSUPPORT', KSPROPERTY_SYSAUDIO.DEVICE_INSTANCE, undefined);
    expect(sysAudioRequest(client, support, room(4)).output).toEqual(concat([ULONG.encode(0x203)]));
  });
});
