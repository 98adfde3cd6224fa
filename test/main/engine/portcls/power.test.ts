import { describe, expect, it } from 'vitest';
import type { TraceRecord } from '../../../../src/main/engine/ks/trace.ts';
import type {
  AdapterPowerManagement,
  AdapterPowerManagement2,
  AdapterPowerManagement3,
} from '../../../../src/main/engine/portcls/power.ts';
import { testPortCls } from '../../../support/testFilters.ts';

function powerWith() {
  const portCls = testPortCls();
  const records: TraceRecord[] = [];
  portCls.tracer.start((record) => records.push(record));
  const { power } = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 1 });
  return { power, records };
}

function management(calls: string[]) {
  const first: AdapterPowerManagement = {
    powerChangeState: (state) => calls.push(`1 ${state}`),
    queryPowerChangeState: () => undefined,
    queryDeviceCapabilities: (capabilities) => capabilities,
  };
  const second: AdapterPowerManagement2 = {
    ...first,
    powerChangeState2: (state, system) => calls.push(`2 ${state} ${system}`),
  };
  const third: AdapterPowerManagement3 = {
    ...second,
    powerChangeState3: (state, system, latency) => calls.push(`3 ${state} ${system} ${latency}`),
    d3ExitLatencyChanged: () => undefined,
  };
  return { first, second, third };
}

describe('adapter power', () => {
  it('starts in D0 and takes registrations that offer no power management', () => {
    const { power } = powerWith();
    expect(power.register({})).toBe(false);
    power.request('D3');
    expect(power.state).toBe('D3');
  });

  it('tells the newest interface that is offered', () => {
    const { power } = powerWith();
    const calls: string[] = [];
    const { first, second, third } = management(calls);
    for (const each of [first, second, third]) {
      expect(power.register(each)).toBe(true);
      power.request('D2');
      power.request('D0');
    }
    expect(calls).toEqual([
      '1 D2',
      '1 D0',
      '2 D2 S0',
      '2 D0 S0',
      '3 D2 S0 PcExitLatencyInstant',
      '3 D0 S0 PcExitLatencyInstant',
    ]);
  });

  it('asks for the present state do nothing; nobody is told after unregistering; changes are traced', () => {
    const { power, records } = powerWith();
    const calls: string[] = [];
    power.register(management(calls).first);
    power.request('D0');
    power.request('D1');
    power.unregister();
    power.request('D3');
    expect(calls).toEqual(['1 D1']);
    expect(records.filter(({ kind }) => kind === 'power').map(({ action }) => action)).toEqual([
      'register power management',
      'D0 to D1',
      'unregister power management',
      'D1 to D3',
    ]);
  });
});
