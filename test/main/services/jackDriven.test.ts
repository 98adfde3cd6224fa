import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../src/contract/emitter.ts';
import { UNKNOWN_COST } from '../../../src/contract/services/power.ts';
import { pcmFormat } from '../../../src/main/engine/ks/format.ts';
import { PowerPolicy } from '../../../src/main/engine/power/powerPolicy.ts';
import { SysAudio } from '../../../src/main/engine/sysaudio/sysAudio.ts';
import { MixerService } from '../../../src/main/services/mixerService.ts';
import { PowerService } from '../../../src/main/services/powerService.ts';
import { TopologyService } from '../../../src/main/services/topologyService.ts';
import { PCM_OUT_PIN } from '../../fixtures/exampleAdapter/wave.ts';
import { headphones } from '../../support/headphones.ts';

describe('a jack whose wave filter comes with the plug, as the services tell it', () => {
  it('comes with its line, wire and device, and goes under a stream', async () => {
    const { portCls, adapter, driver } = headphones();
    const policy = new PowerPolicy(portCls);
    const power = new PowerService({
      portCls,
      policy,
      settings: { get: () => ({}), set: () => undefined },
      cost: () => UNKNOWN_COST,
      onCost: new Emitter<void>().event,
    });
    const sysAudio = new SysAudio(portCls);
    const topology = new TopologyService(portCls, sysAudio);
    const mixer = new MixerService(portCls, {
      mixerDevices: [],
      mixerDevice: () => ({}),
      setNode: () => undefined,
    });
    const seen = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      const { subdevices, connections } = power.getSnapshot();
      const [device] = mixer.getSnapshot().devices;
      return {
        power: subdevices.map(({ name }) => name),
        wires: connections.filter(({ connected }) => connected).length,
        filters: topology.getSnapshot().filters.map(({ name }) => name),
        devices: sysAudio.devices.map(({ interfaceName }) => interfaceName),
        sources: device!.destinations.flatMap(({ sources }) => sources.map(({ component }) => component)),
      };
    };
    const empty = {
      power: ['Topology'],
      wires: 0,
      filters: ['Topology'],
      devices: [],
    };
    expect(await seen()).toMatchObject(empty);
    driver.pluggedIn();
    const plugged = await seen();
    expect(plugged).toEqual({
      power: ['Topology', 'Wave'],
      wires: 1,
      filters: ['Topology', 'Wave'],
      devices: ['card/Wave'],
      sources: ['SRC_WAVEOUT'],
    });
    const pin = adapter.subdevice('Wave')!.filter.createPin(PCM_OUT_PIN, pcmFormat(2, 48_000, 16));
    pin.setState('RUN');
    driver.pulledOut();
    expect([await seen(), pin.state]).toMatchObject([empty, 'STOP']);
    driver.pluggedIn();
    expect(await seen()).toEqual(plugged);
  });
});
