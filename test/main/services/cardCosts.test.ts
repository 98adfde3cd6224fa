import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostStatus } from '../../../src/contract/hardware.ts';
import { UNKNOWN_COST } from '../../../src/contract/services/power.ts';
import { referenceTime } from '../../../src/contract/units.ts';
import { EventRecordWriter } from '../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { KSMUSIC_TECHNOLOGY } from '../../../src/main/engine/ks/format.ts';
import { MidiClient } from '../../../src/main/engine/wdmaud/midiClient.ts';
import { cardCost } from '../../../src/main/services/power/cardCosts.ts';
import { nullCard } from '../../support/nullCard.ts';

const NAMES = ['TopologyRender', 'Wavetable', 'FmSynth', 'Wave', 'TopologyCapture', 'WaveCapture'];

describe('what a subdevice costs', () => {
  const status: HostStatus = {
    frames: 0,
    sampleRate: 48_000,
    latencyMs: 0,
    outputLatencyMs: 0,
    cpuPercent: 20,
    underruns: 0,
    voices: 0,
    work: {
      cpuPercent: { inputs: { synth: 5, fm: 4, wave: 1, monitor: 0.5 }, feeding: 2, capturing: 3 },
      bytes: {
        resident: 100_000_000,
        wavetable: 40_000_000,
        fm: 6_000_000,
        waves: 1_000_000,
        capture: 500_000,
      },
    },
  };

  it('is what it has to itself; the output has the rest, so that all together is the host', () => {
    const cost = (name: string) => cardCost(name, status);
    expect(NAMES.map((name) => cost(name).cpuPercent)).toEqual([5, 5, 4, 3, 0, 3]);
    expect(NAMES.reduce((sum, name) => sum + cost(name).cpuPercent!, 0)).toBe(20);
    expect(NAMES.reduce((sum, name) => sum + cost(name).memoryBytes!, 0)).toBe(100_000_000);
    expect(NAMES.map((name) => cost(name).shared)).toEqual([true, false, false, false, false, false]);
    expect(cost('Wavetable').saves).toEqual({ cpuPercent: 5, memoryBytes: 40_000_000 });
    expect(cost('FmSynth').saves).toEqual({ cpuPercent: 4, memoryBytes: 6_000_000 });
    expect(cost('WaveCapture')).toMatchObject({ memoryBytes: 500_000, saves: { memoryBytes: 0 } });
    expect(cost('TopologyRender').saves).toEqual({ cpuPercent: 5, memoryBytes: 0 });
  });

  it('is never negative, and unknown where nobody measures', () => {
    expect(cardCost('TopologyRender', { ...status, cpuPercent: 1 }).cpuPercent).toBe(0);
    expect(cardCost('Wavetable', undefined)).toEqual(UNKNOWN_COST);
    expect(cardCost('Another', status)).toEqual(UNKNOWN_COST);
  });

  describe('on the device host', () => {
    let card: ReturnType<typeof nullCard>;
    beforeEach(async () => {
      card = nullCard();
      await card.start();
    });
    afterEach(() => card.dispose());

    it.each([
      ['Wavetable', KSMUSIC_TECHNOLOGY.WAVETABLE],
      ['FmSynth', KSMUSIC_TECHNOLOGY.FMSYNTH],
    ])('is where the work is: %s', async (name, technology) => {
      const client = MidiClient.openSynthesizer(card.portCls, technology);
      const chord = new EventRecordWriter().begin(referenceTime(0));
      for (let key = 40; key < 56; key++) {
        chord.append(referenceTime(0), new Uint8Array([0x90, key, 100]));
      }
      client.setState('PAUSE');
      client.write(referenceTime(0), chord.take());
      client.setState('RUN');
      const other = name === 'Wavetable' ? 'FmSynth' : 'Wavetable';
      while (!(cardCost(name, card.hardware.status).cpuPercent! > 0)) {
        await new Promise((resolve) => card.hardware.onState(resolve));
      }
      expect(cardCost(other, card.hardware.status).cpuPercent).toBe(0);
      expect(card.hardware.status!.work!.bytes.wavetable).toBeGreaterThan(1_000_000);
      if (name === 'FmSynth') expect(card.hardware.status!.work!.bytes.fm).toBeGreaterThan(1_000_000);
      client.dispose();
    });
  });
});
