import { describe, expect, it } from 'vitest';
import { gainToDecibels, ksLevelToDecibels, referenceTime } from '../../../../src/contract/units.ts';
import { Endpoints } from '../../../../src/main/adapters/endpoints/endpoints.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { ServerSound } from '../../../../src/main/hardware/serverSound.ts';
import { ServerWatcher } from '../../../../src/main/hardware/soundServer/index.ts';
import { volumeToGain } from '../../../../src/main/hardware/soundServer/volume.ts';
import { EndpointsService } from '../../../../src/main/services/endpointsService.ts';
import { MixerService } from '../../../../src/main/services/mixerService.ts';
import { startLoadedServer } from '../../../rigs/simulatedServer/loadedServer.ts';
import { duration } from '../../../support/duration.ts';

describe('40 devices and 200 streams whose levels change all the time', () => {
  it('are in the engine as the server left them', async () => {
    const server = await startLoadedServer();
    const watcher = new ServerWatcher({ env: server.env });
    await watcher.ready();
    const sound = new ServerSound(watcher);
    const portCls = new PortCls({ masterClock: { now: () => referenceTime(0) } });
    const adapter = new Endpoints(portCls, sound);
    const endpoints = new EndpointsService(sound, adapter, () => false);
    const memory = { mixerDevices: [], mixerDevice: () => ({}), setNode: () => undefined };
    const mixer = new MixerService(portCls, memory);
    try {
      const last = await server.change(duration({ short: 5, full: 60 }));
      const tenths = (volumes: number[]) =>
        volumes.map((volume) => Math.round(10 * gainToDecibels(volumeToGain(volume))));
      const shown = () =>
        endpoints
          .getSnapshot()
          .programs.sort((a, b) => a.id - b.id)
          .map(({ levels }) => Math.round(10 * ksLevelToDecibels(levels[0]!)));
      await expect.poll(shown, { timeout: 5000 }).toEqual(tenths(last.streams));
      const { sinks, sources } = sound.state;
      expect(sinks.map(({ volume }) => volume[0])).toEqual(last.sinks.map(volumeToGain));
      expect(sources.map(({ volume }) => volume[0])).toEqual(last.sources.map(volumeToGain));
      expect(endpoints.getSnapshot().endpoints).toHaveLength(40);
      const faders = mixer
        .getSnapshot()
        .devices.flatMap(({ destinations }) => destinations.flatMap((line) => [line, ...line.sources]))
        .flatMap(({ controls }) => controls.find(({ type }) => type === 'VOLUME') ?? [])
        .map((control) => ('levels' in control ? Math.round(10 * ksLevelToDecibels(control.levels[0]!)) : 0));
      expect(faders).toEqual(tenths([...last.sinks, ...last.sources]));
    } finally {
      for (const item of [mixer, endpoints, adapter, portCls, watcher]) item.dispose();
      await server.dispose();
    }
  });
});
