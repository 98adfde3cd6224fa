import { describe, expect, it } from 'vitest';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import type { Filter } from '../../../../src/main/engine/ks/filter.ts';
import type { PinInstance } from '../../../../src/main/engine/ks/pin.ts';
import { DeviceGraph } from '../../../../src/main/engine/sysaudio/deviceGraph.ts';
import { PartsInUse } from '../../../../src/main/engine/sysaudio/partsInUse.ts';
import { installExampleAdapter } from '../../../fixtures/exampleAdapter/exampleAdapter.ts';
import {
  NONPCM_OUT_PIN,
  PCM_IN_PIN,
  PCM_OUT_PIN,
  SPDIF_JACK_PIN,
} from '../../../fixtures/exampleAdapter/wave.ts';
import { testPortCls } from '../../../support/testFilters.ts';

const DAC = 0;
const ADC = 1;

function partitioned() {
  const card = installExampleAdapter(testPortCls(), { partitioned: true });
  const { adapter, topology, topologyCapture, wave, midi } = card;
  const inUse = () => {
    const parts = new PartsInUse(new DeviceGraph(adapter));
    return {
      TOPO_R: parts.hasFilter(topology),
      TOPO_C: parts.hasFilter(topologyCapture!),
      DAC: parts.hasNode(wave, DAC),
      ADC: parts.hasNode(wave, ADC),
      MIDI: parts.hasFilter(midi),
    };
  };
  return { ...card, inUse };
}

/** The format the pin itself makes of its ranges. */
const formatOf = (filter: Filter, pinId: number) => filter.intersect(pinId, filter.pin(pinId).dataRanges);

const NOTHING = { TOPO_R: false, TOPO_C: false, DAC: false, ADC: false, MIDI: false };

describe('the parts in use of the partitioned example', () => {
  it('115: only PCM_IN in RUN leaves the render filter idle and the capture side up; table 9.5', () => {
    const { wave, midi, adapter, inUse } = partitioned();
    const pcm = pcmFormat(2, 48_000, 16);
    expect(inUse()).toEqual(NOTHING);

    const running = (pin: PinInstance) => {
      pin.setState('RUN');
      const used = inUse();
      pin.close();
      return used;
    };
    expect(running(wave.filter.createPin(PCM_IN_PIN, pcm))).toEqual({ ...NOTHING, TOPO_C: true, ADC: true });
    expect(running(wave.filter.createPin(PCM_OUT_PIN, pcm))).toEqual({ ...NOTHING, TOPO_R: true, DAC: true });
    const music = formatOf(midi.filter, 0);
    expect(running(midi.filter.createPin(0, music))).toEqual({ ...NOTHING, TOPO_R: true, MIDI: true });

    const pin = wave.filter.createPin(NONPCM_OUT_PIN, formatOf(wave.filter, NONPCM_OUT_PIN));
    pin.setState('ACQUIRE');
    expect(inUse()).toEqual(NOTHING);
    expect(new PartsInUse(new DeviceGraph(adapter)).hasPin(wave, SPDIF_JACK_PIN)).toBe(true);
    pin.close();
    expect(inUse()).toEqual(NOTHING);
  });

  it('a stream in STOP uses nothing', () => {
    const { wave, inUse } = partitioned();
    wave.filter.createPin(PCM_OUT_PIN, pcmFormat(2, 48_000, 16));
    expect(inUse()).toEqual(NOTHING);
  });
});
