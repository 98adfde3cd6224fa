import { describe, expect, it } from 'vitest';
import { pcmFormat, type DataFormat } from '../../../../src/main/engine/ks/format.ts';
import { KSPROPERTY_PIN } from '../../../../src/main/engine/ks/properties/pin.ts';
import { KSPROPERTY_TOPOLOGY } from '../../../../src/main/engine/ks/properties/topology.ts';
import {
  installCapturePart,
  installExampleAdapter,
  removeCapturePart,
} from '../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { MIDI_FORMAT, MIDI_OUT_PIN } from '../../../fixtures/exampleAdapter/midi.ts';
import {
  ADC_LINK_PIN,
  DAC_LINK_PIN,
  PCM_OUT_PIN,
  SPDIF_JACK_PIN,
} from '../../../fixtures/exampleAdapter/wave.ts';
import { installSoftwareSynth, SOFTWARE_PCM_PIN } from '../../../fixtures/softwareSynth.ts';
import { testPortCls } from '../../../support/testFilters.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';

const CD_QUALITY = pcmFormat(2, 44_100, 16);

describe('the worked example', () => {
  it('has the pins, nodes and connections of the tables', () => {
    const { topology, wave, midi } = installExampleAdapter(testPortCls());
    const shape = ({ filter }: typeof topology) => [
      filter.get(KSPROPERTY_PIN.CTYPES, undefined),
      filter.get(KSPROPERTY_TOPOLOGY.NODES, undefined).length,
      filter.get(KSPROPERTY_TOPOLOGY.CONNECTIONS, undefined).length,
    ];
    expect([shape(topology), shape(wave), shape(midi)]).toEqual([
      [6, 8, 12],
      [6, 2, 5],
      [2, 1, 2],
    ]);
  });

  it('19: a jack or a physical pin cannot be opened and has no instances', () => {
    const { wave, topology } = installExampleAdapter(testPortCls());
    const format: DataFormat = CD_QUALITY;
    for (const [{ filter }, pinId] of [
      [wave, DAC_LINK_PIN],
      [wave, SPDIF_JACK_PIN],
      [topology, 4],
      [topology, 0],
    ] as const) {
      expect(statusOf(() => filter.createPin(pinId, format))).toBe('STATUS_UNSUCCESSFUL');
      expect(filter.get(KSPROPERTY_PIN.CINSTANCES, { pinId })).toEqual({ possible: 0, current: 0 });
      expect(filter.get(KSPROPERTY_PIN.GLOBALCINSTANCES, { pinId })).toEqual({ possible: 0, current: 0 });
    }
  });

  it('20: the wave pin opens once; a second create fails and changes nothing', () => {
    const { wave, waveMiniport } = installExampleAdapter(testPortCls());
    const pin = wave.filter.createPin(PCM_OUT_PIN, CD_QUALITY);
    expect(wave.filter.get(KSPROPERTY_PIN.CINSTANCES, { pinId: PCM_OUT_PIN })).toEqual({
      possible: 1,
      current: 1,
    });
    expect(statusOf(() => wave.filter.createPin(PCM_OUT_PIN, CD_QUALITY))).toBe('STATUS_UNSUCCESSFUL');
    expect(waveMiniport.streams).toHaveLength(1);
    pin.close();
    expect(wave.filter.get(KSPROPERTY_PIN.CINSTANCES, { pinId: PCM_OUT_PIN }).current).toBe(0);
    expect(waveMiniport.streams[0]!.disposed).toBe(true);
  });

  it('20: the global limit counts the pins of every filter instance, the filter limit only its own', () => {
    const { wave } = installExampleAdapter(testPortCls());
    const other = wave.open();
    wave.filter.createPin(PCM_OUT_PIN, CD_QUALITY);
    expect(other.get(KSPROPERTY_PIN.CINSTANCES, { pinId: PCM_OUT_PIN })).toEqual({ possible: 1, current: 0 });
    expect(other.get(KSPROPERTY_PIN.GLOBALCINSTANCES, { pinId: PCM_OUT_PIN })).toEqual({
      possible: 1,
      current: 1,
    });
    expect(statusOf(() => other.createPin(PCM_OUT_PIN, CD_QUALITY))).toBe('STATUS_UNSUCCESSFUL');
  });

  it('22: the source pin of a link exists before the sink pin is created naming it', () => {
    const portCls = testPortCls();
    const { wave } = installExampleAdapter(portCls);
    const { synth } = installSoftwareSynth(portCls);
    const source = synth.filter.createPin(SOFTWARE_PCM_PIN, pcmFormat(2, 44_100, 16));
    const sink = wave.filter.createPin(PCM_OUT_PIN, source.format, { partner: source });
    expect(sink.connect.partner).toBe(source);
  });

  it('23: physical connections answer from both ends; the jack has none', () => {
    const { topology, midi } = installExampleAdapter(testPortCls());
    const peer = ({ filter }: typeof topology, pinId: number) =>
      filter.get(KSPROPERTY_PIN.PHYSICALCONNECTION, { pinId });
    expect(peer(topology, 1)).toEqual({ filter: 'Wavetable', pin: 1 });
    expect(peer(midi, 1)).toEqual({ filter: 'Topology', pin: 1 });
    expect(statusOf(() => peer(topology, 4))).toBe('STATUS_NOT_FOUND');
  });

  it('partitioned: the capture part comes and goes without the render part', () => {
    const portCls = testPortCls();
    const example = installExampleAdapter(portCls, { partitioned: true });
    const { adapter, wave } = example;
    const names = () => adapter.subdevices.map(({ name }) => name);
    expect(names()).toEqual(['TopologyRender', 'TopologyCapture', 'Wave', 'Wavetable']);
    removeCapturePart(example);
    expect(names()).toEqual(['TopologyRender', 'Wave', 'Wavetable']);
    expect(statusOf(() => wave.filter.get(KSPROPERTY_PIN.PHYSICALCONNECTION, { pinId: ADC_LINK_PIN }))).toBe(
      'STATUS_NOT_FOUND',
    );
    installCapturePart(portCls, example);
    expect(wave.filter.get(KSPROPERTY_PIN.PHYSICALCONNECTION, { pinId: ADC_LINK_PIN })).toEqual({
      filter: 'TopologyCapture',
      pin: 2,
    });
  });

  it('the MIDI pin records the buffers it gets', () => {
    const { midi, midiMiniport } = installExampleAdapter(testPortCls());
    const pin = midi.filter.createPin(MIDI_OUT_PIN, MIDI_FORMAT);
    pin.setState('RUN');
    expect(midiMiniport.streams[0]!.states).toEqual(['ACQUIRE', 'PAUSE', 'RUN']);
  });
});
