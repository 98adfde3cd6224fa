import { describe, expect, it } from 'vitest';
import type { AlsaCard } from '../../../../src/contract/alsaHardware.ts';
import { Emitter } from '../../../../src/contract/emitter.ts';
import { referenceTime } from '../../../../src/contract/units.ts';
import { AlsaCards } from '../../../../src/main/adapters/alsa/alsaCards.ts';
import type { CardTopologyMiniport } from '../../../../src/main/adapters/alsa/cardTopology.ts';
import { nodeName, pinName } from '../../../../src/main/engine/ks/descriptor.ts';
import { KSPROPERTY_JACK } from '../../../../src/main/engine/ks/properties/jack.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { MixerDevice } from '../../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { card, choice, element, volume } from '../../../support/alsaElements.ts';

/** The card's filter, and its wires as text. */
function install(described: AlsaCard) {
  const portCls = new PortCls({ masterClock: { now: () => referenceTime(0) } });
  const never = new Emitter<never>().event;
  new AlsaCards(portCls, {
    cards: [described],
    onArrived: never,
    onChanged: never,
    onRemoved: never,
    onValues: never,
    write: (_card, _numid, values) => Promise.resolve(values),
  });
  const [adapter] = portCls.adapters;
  if (!adapter) return undefined;
  const subdevice = adapter.subdevice('Topology')!;
  const { pins, nodes, connections } = subdevice.filter.descriptor;
  const end = (node: number, pin: number) =>
    nodes[node] ? nodeName(nodes[node]) : `(${pinName(pins[pin]!)})`;
  const device = new MixerDevice(adapter, portCls, () => 0);
  return {
    filter: subdevice.filter,
    pins,
    nodeOf: (numid: number) => (subdevice.port.miniport as CardTopologyMiniport).nodeOf(numid),
    wires: connections.map(
      ({ fromNode, fromNodePin, toNode, toNodePin }) =>
        `${end(fromNode, fromNodePin)} > ${end(toNode, toNodePin)}`,
    ),
    lines: device.destinations.map(
      ({ name, controls, sources }) =>
        `${name} [${controls.map((each) => each.name).join(', ')}] < ${sources
          .map((source) => `${source.name} [${source.controls.map((each) => each.name).join(', ')}]`)
          .join('; ')}`,
    ),
  };
}

describe('how the filter of an ALSA card is wired', () => {
  it('a full AC97 codec: sources, tone, master, inputs', () => {
    const laid = install(
      card([
        element('Master Playback Switch'),
        volume('Master Playback Volume'),
        element('Master Mono Playback Switch'),
        volume('Master Mono Playback Volume', { count: 1 }),
        element('Tone Control - Switch'),
        volume('Tone Control - Bass', { count: 1, maximum: 15 }),
        volume('Tone Control - Treble', { count: 1, maximum: 15 }),
        element('3D Control - Switch'),
        volume('3D Control - Depth', { count: 1, maximum: 15, scale: [] }),
        volume('Beep Playback Volume', { count: 1 }),
        volume('CD Playback Volume'),
        element('CD Playback Switch'),
        element('Mic Boost (+20dB)'),
        element('Mic Playback Switch'),
        volume('Mic Playback Volume', { count: 1 }),
        volume('PCM Playback Volume'),
        element('PCM Playback Switch'),
        choice('Capture Source', ['Mic', 'CD', 'Mix'], { count: 2 }),
        element('Capture Switch'),
        volume('Capture Volume'),
        choice('Mono Output Select', ['Mix', 'Mic']),
      ]),
    )!;
    expect(laid.wires).toEqual([
      '(PCM) > D/A Converter',
      'D/A Converter > Wave Volume',
      'Wave Volume > Wave Mute',
      '(Beep) > PC Speaker Volume',
      '(CD) > CD Volume',
      'CD Volume > CD Mute',
      '(Mic) > Mic Volume',
      'Mic Volume > Mic Mute',
      ...['Wave Mute', 'PC Speaker Volume', 'CD Mute', 'Mic Mute'].map(
        (source) => `${source} > Playback Mix`,
      ),
      'Playback Mix > Tone Control - Switch',
      'Tone Control - Switch > Bass',
      'Bass > Treble',
      'Treble > 3D Stereo',
      '3D Stereo > 3D Depth',
      '3D Depth > Master Volume',
      'Master Volume > Master Mono Playback Volume',
      'Master Mono Playback Volume > Master Mute',
      'Master Mute > Master Mono Playback Switch',
      'Master Mono Playback Switch > (Speakers)',
      '(Mic) > Microphone Boost',
      'Microphone Boost > Recording Source',
      '(CD) > Recording Source',
      'Playback Mix > Mix',
      'Mix > Recording Source',
      'Recording Source > Wave In Volume',
      'Wave In Volume > Capture Switch',
      'Capture Switch > A/D Converter',
      'A/D Converter > (Recording)',
      '(Mix) > Mono Output Select',
      '(Mic) > Mono Output Select',
      'Mono Output Select > (Mono Output Select)',
    ]);
  });

  it('an HDA codec: several outputs, jacks, two converters', () => {
    const jack = element('Headphone Jack', { iface: 'CARD', writable: false, values: [0] });
    const laid = install(
      card([
        volume('Headphone Playback Volume'),
        element('Headphone Playback Switch', { count: 2 }),
        volume('Speaker Playback Volume'),
        element('Speaker Playback Switch', { count: 2 }),
        volume('Mic Boost Volume', { maximum: 3 }),
        volume('Capture Volume'),
        element('Capture Switch', { count: 2 }),
        volume('Capture Volume', { index: 1 }),
        choice('Input Source', ['Internal Mic', 'Mic']),
        choice('Input Source', ['Internal Mic', 'Mic'], { index: 1 }),
        choice('Auto-Mute Mode', ['Disabled', 'Enabled']),
        volume('Master Playback Volume', { count: 1 }),
        element('Master Playback Switch'),
        jack,
        element('IEC958 Playback Switch'),
        element('IEC958 Playback Default', { type: 'iec958', count: 24 }),
      ]),
    )!;
    expect(laid.wires).toEqual([
      '(PCM) > IEC958 Playback Switch',
      'IEC958 Playback Switch > (IEC958)',
      '(PCM) > D/A Converter',
      'D/A Converter > Playback Mix',
      'Playback Mix > Master Volume',
      'Master Volume > Master Mute',
      'Master Mute > Headphone Playback Volume',
      'Headphone Playback Volume > Headphone Playback Switch',
      'Headphone Playback Switch > (Headphone)',
      'Master Mute > Speaker Playback Volume',
      'Speaker Playback Volume > Speaker Playback Switch',
      'Speaker Playback Switch > (Speaker)',
      '(Internal Mic) > Recording Source',
      '(Mic) > Microphone Boost',
      'Microphone Boost > Recording Source',
      'Recording Source > Wave In Volume',
      'Wave In Volume > Capture Switch',
      'Capture Switch > A/D Converter',
      'A/D Converter > (Recording)',
      '(Internal Mic) > Input Source 2',
      'Microphone Boost > Input Source 2',
      'Input Source 2 > Capture Volume 2',
      'Capture Volume 2 > A/D Converter 2',
      'A/D Converter 2 > (Recording 2)',
      '(Disabled) > Auto-Mute Mode',
      '(Enabled) > Auto-Mute Mode',
      'Auto-Mute Mode > (Auto-Mute Mode)',
    ]);
    const pin = laid.pins.findIndex(({ nameText }) => nameText === 'Headphone');
    expect(laid.filter.get(KSPROPERTY_JACK.DESCRIPTION, { pinId: pin })).toMatchObject([
      { isConnected: false },
    ]);
    expect(laid.filter.get(KSPROPERTY_JACK.DESCRIPTION2, { pinId: pin })).toEqual([
      { deviceStateInfo: 0, jackCapabilities: 1 },
    ]);
    const speaker = laid.pins.findIndex(({ nameText }) => nameText === 'Speaker');
    expect(laid.filter.get(KSPROPERTY_JACK.DESCRIPTION2, { pinId: speaker })).toMatchObject([
      { jackCapabilities: 0 },
    ]);
    expect(laid.nodeOf(jack.numid)).toBeDefined();
  });

  it('inputs that are switched each on its own have a line each', () => {
    const laid = install(
      card([
        volume('Master Volume'),
        element('Master Capture Switch', { count: 2 }),
        volume('Line Volume'),
        element('Line Capture Switch', { count: 2 }),
      ]),
    )!;
    expect(laid.lines).toEqual([
      'Speakers [Master Volume] < PCM []; Line [Line Volume]',
      'Recording [] < Line [Line Capture Switch]; Master [Master Capture Switch]',
    ]);
  });

  it('a headset without a mixer, a digital output, a card that only records', () => {
    expect(install(card([]))!.wires).toEqual([
      '(PCM) > D/A Converter',
      'D/A Converter > Playback Mix',
      'Playback Mix > (Speakers)',
      '(Input) > A/D Converter',
      'A/D Converter > (Recording)',
    ]);
    const hdmi = { device: 3, name: 'HDMI 0', playback: true, capture: false };
    expect(install(card([element('IEC958 Playback Switch')], { pcms: [hdmi] }))!.wires).toEqual([
      '(PCM) > IEC958 Playback Switch',
      'IEC958 Playback Switch > (IEC958)',
    ]);
    const camera = { device: 0, name: 'Camera', playback: false, capture: true };
    const mic = volume('Mic Capture Volume', { count: 1 });
    expect(install(card([mic], { pcms: [camera] }))!.wires).toEqual([
      '(Mic) > Mic In Volume',
      'Mic In Volume > Recording Mix',
      'Recording Mix > A/D Converter',
      'A/D Converter > (Recording)',
    ]);
    expect(install(card([], { pcms: [] }))).toBeUndefined();
  });

  it('leaves no element out, however it is called', () => {
    const names = [
      'Front',
      'Digital',
      'Line Out',
      'Bass Speaker',
      'Mic Select',
      'Loopback',
      'Sidetone',
      'Ä ö',
      '',
    ];
    const elements = names.flatMap((name) => [
      element(`${name} Playback Switch`),
      volume(`${name} Playback Volume`),
      volume(`${name} Capture Volume`),
      volume(`${name} Volume`, { index: 1 }),
      element(name),
      volume(name, { index: 2 }),
      volume(name, { index: 3, writable: false }),
      choice(name, ['a', 'b']),
      choice(`${name} Source`, ['a', 'a']),
      element(name, { type: 'bytes', count: 5 }),
      element(name, { iface: 'PCM', type: 'integer64' }),
      choice(name, []),
    ]);
    const laid = install(card(elements))!;
    for (const { numid, name } of elements) expect(laid.nodeOf(numid), name).toBeDefined();
  });
});
