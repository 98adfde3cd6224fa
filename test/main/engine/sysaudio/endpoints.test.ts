import { describe, expect, it } from 'vitest';
import { ANALOG_RANGE, MIDI_BUS_RANGE } from '../../../../src/main/engine/ks/format.ts';
import { KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import { AutomationTable, propertyItem } from '../../../../src/main/engine/ks/property.ts';
import { KSPROPERTY_JACK } from '../../../../src/main/engine/ks/properties/jack.ts';
import { DeviceGraph } from '../../../../src/main/engine/sysaudio/deviceGraph.ts';
import { buildEndpoints, defaultEndpoint } from '../../../../src/main/engine/sysaudio/endpoints.ts';
import { defaultMidiPlayback, midiPlaybackPins } from '../../../../src/main/engine/sysaudio/midiPlayback.ts';
import { install, jack, testPortCls, topology, wired, wires } from '../../../support/testFilters.ts';
import { installStreams, pcmRange, RENDER_WIRE, streamPin, synthesizer, waveCard } from './support.ts';

/** One wave pin on a speaker and an S/PDIF jack, a second one on the S/PDIF jack, and an unused line output. */
function manyJacks() {
  const adapter = testPortCls().addAdapterDevice({ id: 'a', name: 'A', maxObjects: 2 });
  installStreams(adapter, 'Wave', {
    pins: [
      streamPin('IN', [pcmRange()], 1, KSAUDFNAME.WAVE_VOLUME),
      streamPin('IN', [pcmRange()], 1, KSAUDFNAME.AUX),
      jack('OUT', KSNODETYPE.SPDIF_INTERFACE),
      jack('OUT', KSNODETYPE.DESKTOP_SPEAKER, KSAUDFNAME.MASTER_VOLUME),
      jack('OUT', KSNODETYPE.LINE_CONNECTOR),
      { ...jack('OUT', KSNODETYPE.DIGITAL_AUDIO_INTERFACE), dataRanges: [MIDI_BUS_RANGE] },
    ],
    nodes: [{ type: KSNODETYPE.SUM, name: null }],
    connections: wires([-1, 0, -1, 3], [-1, 0, 0, 1], [-1, 1, 0, 2], [0, 0, -1, 2]),
    categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER],
  });
  return new DeviceGraph(adapter);
}

describe('endpoints', () => {
  it('one per jack that carries sound, named after its pin, speakers always “Speakers”', () => {
    const endpoints = buildEndpoints(manyJacks());
    expect(endpoints.map(({ id, name, state }) => [id, name, state])).toEqual([
      ['a/Wave/2', 'S/PDIF', 'active'],
      ['a/Wave/3', 'Speakers', 'active'],
      ['a/Wave/4', 'Line', 'notPresent'],
    ]);
  });

  it('two host pins in one jack: one is found; one host pin on two jacks: both active, one at a time', () => {
    const [digital, speakers] = buildEndpoints(manyJacks());
    expect([digital!.host!.pinId, speakers!.host!.pinId]).toEqual([0, 0]);
    expect(digital!.exclusiveWith).toEqual(['a/Wave/3']);
    expect(speakers!.exclusiveWith).toEqual(['a/Wave/2']);
  });

  it('follows the wires to the stream pin in both directions', () => {
    const { adapter } = waveCard(testPortCls(), 'card');
    const endpoints = () =>
      buildEndpoints(new DeviceGraph(adapter)).map(({ name, dataFlow, state }) => [name, dataFlow, state]);
    expect(endpoints()).toEqual([
      ['Speakers', 'render', 'active'],
      ['Microphone', 'capture', 'active'],
    ]);
    adapter.unregisterPhysicalConnection(RENDER_WIRE);
    expect(endpoints()[0]).toEqual(['Speakers', 'render', 'notPresent']);
  });

  it('is unplugged when the jack can tell and is empty', () => {
    const portCls = testPortCls();
    const { adapter } = waveCard(portCls, 'card');
    adapter.unregisterSubdevice('Topology');
    let presenceDetect = 1;
    let isConnected = false;
    const description = {
      channelMapping: 3,
      color: 0,
      connectionType: 1,
      geoLocation: 1,
      genLocation: 0,
      portConnection: 0,
    };
    const descriptor = topology(
      [wired('IN', KSNODETYPE.LEGACY_AUDIO_CONNECTOR), jack('OUT', KSNODETYPE.HEADPHONES)],
      [],
      wires([-1, 0, -1, 1]),
    );
    install(portCls, adapter, 'Topology', {
      ...descriptor,
      automation: new AutomationTable([
        propertyItem({ property: KSPROPERTY_JACK.DESCRIPTION, get: () => [{ ...description, isConnected }] }),
        propertyItem({
          property: KSPROPERTY_JACK.DESCRIPTION2,
          get: () => [{ deviceStateInfo: 0, jackCapabilities: presenceDetect }],
        }),
      ]),
    });
    adapter.registerPhysicalConnection(RENDER_WIRE);
    const state = () => buildEndpoints(new DeviceGraph(adapter))[0]!.state;
    expect(state()).toBe('unplugged');
    isConnected = true;
    expect(state()).toBe('active');
    // Without presence detection IsConnected means nothing.
    isConnected = false;
    presenceDetect = 0;
    expect(state()).toBe('active');
  });

  it('ranks speakers, line out, S/PDIF and microphone, line in, S/PDIF, then by id', () => {
    const portCls = testPortCls();
    const render = [
      KSNODETYPE.HEADPHONES,
      KSNODETYPE.SPDIF_INTERFACE,
      KSNODETYPE.LINE_CONNECTOR,
      KSNODETYPE.SPEAKER,
    ];
    const capture = [
      KSNODETYPE.CD_PLAYER,
      KSNODETYPE.SPDIF_INTERFACE,
      KSNODETYPE.LINE_CONNECTOR,
      KSNODETYPE.MICROPHONE,
    ];
    const chosen = (count: number) => {
      const adapter = portCls.addAdapterDevice({ id: `card ${count}`, name: 'Card', maxObjects: 2 });
      const outs = render.slice(0, count).map((category) => jack('OUT', category));
      const ins = capture.slice(0, count).map((category) => jack('IN', category));
      const both = [...outs, ...ins].map((pin) => ({
        ...pin,
        name: pin.dataFlow === 'OUT' ? KSAUDFNAME.AUX : KSAUDFNAME.MIDI,
      }));
      installStreams(adapter, 'Wave', {
        pins: [
          ...both,
          streamPin('IN', [pcmRange()], 1, KSAUDFNAME.AUX),
          streamPin('OUT', [pcmRange()], 1, KSAUDFNAME.MIDI),
        ],
        nodes: [],
        connections: wires(
          ...outs.map((_, at): [number, number, number, number] => [-1, 2 * count, -1, at]),
          ...ins.map((_, at): [number, number, number, number] => [-1, count + at, -1, 2 * count + 1]),
        ),
        categories: [KSCATEGORY.AUDIO],
      });
      const endpoints = buildEndpoints(new DeviceGraph(adapter));
      return [defaultEndpoint(endpoints, 'render'), defaultEndpoint(endpoints, 'capture')].map(
        (endpoint) => endpoint!.jack.pin.category,
      );
    };
    for (const count of [1, 2, 3, 4]) expect(chosen(count)).toEqual([render[count - 1], capture[count - 1]]);
    const twins = [waveCard(portCls, 'z'), waveCard(portCls, 'y')].map(({ adapter }) => adapter);
    const graph = new DeviceGraph({ subdevices: twins.flatMap(({ subdevices }) => subdevices) });
    expect(defaultEndpoint(buildEndpoints(graph), 'render')!.id).toBe('y/Topology/1');
    expect(defaultEndpoint([], 'render')).toBeUndefined();
  });
});

describe('the default MIDI playback device', () => {
  function graphOf(...kinds: readonly ('PORT' | 'FMSYNTH' | 'WAVETABLE' | 'SWSYNTH')[]) {
    const adapter = testPortCls().addAdapterDevice({ id: 'a', name: 'A', maxObjects: 8 });
    for (const kind of kinds) {
      const end =
        kind === 'SWSYNTH'
          ? streamPin('OUT', [pcmRange()], 1, KSAUDFNAME.AUX)
          : { ...wired('OUT', KSNODETYPE.SYNTHESIZER), dataRanges: [ANALOG_RANGE] };
      synthesizer(adapter, kind, kind, end);
    }
    return new DeviceGraph(adapter);
  }
  const chosen = (graph: DeviceGraph) => defaultMidiPlayback(graph)?.host.subdevice.name;

  it('prefers a hardware wavetable, then other hardware, then a software synthesizer; never a port', () => {
    expect(chosen(graphOf('PORT', 'SWSYNTH', 'FMSYNTH', 'WAVETABLE'))).toBe('WAVETABLE');
    expect(chosen(graphOf('PORT', 'SWSYNTH', 'FMSYNTH'))).toBe('FMSYNTH');
    expect(chosen(graphOf('PORT', 'SWSYNTH'))).toBe('SWSYNTH');
    expect(chosen(graphOf('PORT'))).toBeUndefined();
  });

  it('lists ports and synthesizers with what they are', () => {
    expect(midiPlaybackPins(graphOf('PORT', 'SWSYNTH')).map(({ hardware }) => hardware)).toEqual([
      true,
      false,
    ]);
  });
});
