import { afterEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../../../src/contract/emitter.ts';
import type { PortRoute } from '../../../../src/contract/midiRoute.ts';
import { secondsToReferenceTime } from '../../../../src/contract/units.ts';
import { MIDI_PORTS_ID } from '../../../../src/main/adapters/midiPorts/midiPorts.ts';
import { MidiUses } from '../../../../src/main/adapters/midiPorts/midiUses.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { PowerPolicy } from '../../../../src/main/engine/power/powerPolicy.ts';
import { joinUses, NO_USES } from '../../../../src/main/engine/power/powerUses.ts';
import { CLSID } from '../../../../src/main/engine/ks/guid.ts';
import { offerBuiltInMiniports } from '../../../../src/main/engine/portcls/miniports/builtIn.ts';
import { ManualScheduler } from '../../../fixtures/manualScheduler.ts';

const ROUTE = { channels: null, kinds: null, transpose: 0, velocityCurve: 1 };

/** Three ports, which sleep after ten seconds without use. */
function system() {
  const scheduler = new ManualScheduler();
  const portCls = new PortCls({ masterClock: scheduler, scheduler });
  offerBuiltInMiniports(portCls);
  const adapter = portCls.addAdapterDevice({ id: MIDI_PORTS_ID, name: 'MIDI', maxObjects: 3 });
  for (const name of ['Keys', 'Synth', 'Other']) {
    const miniport = portCls.newMiniport(CLSID.MiniportDriverDMusUART);
    adapter.installSubdevice(name, portCls.newPort(CLSID.PortDMus), miniport, {
      adapter: { midiTransport: { send: () => true } },
    });
  }
  const changed = new Emitter<void>();
  const ports = { routes: [] as PortRoute[], onRoutes: changed.event };
  const policy = new PowerPolicy(portCls, undefined, joinUses(NO_USES, new MidiUses(ports)));
  for (const each of policy.subdevices) {
    policy.setIdleSettings(each, {
      performanceIdleTime: 10,
      conservationIdleTime: 10,
      idlePowerState: 'D3',
    });
  }
  const setRoutes = (routes: PortRoute[]) => {
    ports.routes = routes;
    changed.fire();
  };
  const states = () => policy.subdevices.map(({ power }) => power.state);
  return { scheduler, policy, setRoutes, states };
}

describe('routes between MIDI ports', () => {
  let policy: PowerPolicy | undefined;
  afterEach(() => policy?.dispose());

  it('wake the ports at their ends and keep them awake, and say so', () => {
    const made = system();
    ({ policy } = made);
    const { scheduler, setRoutes, states } = made;
    scheduler.advance(secondsToReferenceTime(11));
    expect(states()).toEqual(['D3', 'D3', 'D3']);
    setRoutes([{ ...ROUTE, from: 'Keys', to: 'Synth' }]);
    expect(states()).toEqual(['D0', 'D0', 'D3']);
    scheduler.advance(secondsToReferenceTime(60));
    expect(states()).toEqual(['D0', 'D0', 'D3']);
    expect(policy.usesOf(policy.subdevices[0]!).map(({ client }) => client)).toEqual(['Route Keys → Synth']);
    setRoutes([]);
    scheduler.advance(secondsToReferenceTime(11));
    expect(states()).toEqual(['D3', 'D3', 'D3']);
  });
});
