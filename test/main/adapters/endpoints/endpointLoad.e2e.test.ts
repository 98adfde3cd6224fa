import { describe, expect, it } from 'vitest';
import { gainToDecibels, ksLevelToDecibels } from '../../../../src/contract/units.ts';
import { volumeToGain } from '../../../../src/main/hardware/soundServer/volume.ts';
import { underLoad } from '../../../rigs/simulatedServer/loadedEngine.ts';
import { duration } from '../../../support/duration.ts';

describe('40 devices and 200 streams whose levels change all the time', () => {
  it('are in the engine as the server left them', async () => {
    await underLoad(duration({ short: 5, full: 60 }), async ({ endpoints, sound }, last) => {
      const wanted = last.streams.map((volume) => Math.round(10 * gainToDecibels(volumeToGain(volume))));
      const shown = () =>
        endpoints
          .getSnapshot()
          .programs.sort((a, b) => a.id - b.id)
          .map(({ levels }) => Math.round(10 * ksLevelToDecibels(levels[0]!)));
      await expect.poll(shown, { timeout: 5000 }).toEqual(wanted);
      const { sinks, sources } = sound.state;
      expect(sinks.map(({ volume }) => volume[0])).toEqual(last.sinks.map(volumeToGain));
      expect(sources.map(({ volume }) => volume[0])).toEqual(last.sources.map(volumeToGain));
      expect(endpoints.getSnapshot().endpoints).toHaveLength(40);
    });
  });
});
