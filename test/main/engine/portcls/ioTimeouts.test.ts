import { describe, expect, it } from 'vitest';
import { millisecondsToReferenceTime } from '../../../../src/contract/units.ts';
import type { TraceRecord } from '../../../../src/main/engine/ks/trace.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { ManualScheduler } from '../../../fixtures/manualScheduler.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';

function adapterWith() {
  const scheduler = new ManualScheduler();
  const portCls = new PortCls({ masterClock: scheduler, scheduler });
  const adapter = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 1 });
  const seconds = (count: number) => scheduler.advance(millisecondsToReferenceTime(1_000 * count));
  return { scheduler, portCls, adapter, seconds };
}

describe('I/O timeouts', () => {
  it('103: the same routine and context twice is unsuccessful; an unknown pair is not found', () => {
    const { adapter } = adapterWith();
    const routine = () => undefined;
    const other = () => undefined;
    adapter.registerIoTimeout(routine, 1);
    expect(statusOf(() => adapter.registerIoTimeout(routine, 1))).toBe('STATUS_UNSUCCESSFUL');
    adapter.registerIoTimeout(routine, 2);
    adapter.registerIoTimeout(other, 1);
    expect(statusOf(() => adapter.unregisterIoTimeout(other, 2))).toBe('STATUS_NOT_FOUND');
    adapter.unregisterIoTimeout(routine, 1);
    expect(statusOf(() => adapter.unregisterIoTimeout(routine, 1))).toBe('STATUS_NOT_FOUND');
  });

  it('calls every routine once per second with its context, until unregistered', () => {
    const { scheduler, adapter, seconds } = adapterWith();
    const calls: string[] = [];
    const routine = (context: string) => calls.push(context);
    adapter.registerIoTimeout(routine, 'a');
    adapter.registerIoTimeout(routine, 'b');
    seconds(1);
    expect(calls).toEqual(['a', 'b']);
    adapter.unregisterIoTimeout(routine, 'a');
    seconds(2);
    expect(calls).toEqual(['a', 'b', 'b', 'b']);
    adapter.unregisterIoTimeout(routine, 'b');
    seconds(2);
    expect(calls).toHaveLength(4);
    expect(scheduler.pending).toBe(0);
  });

  it('a routine may unregister another one that would be next', () => {
    const { adapter, seconds } = adapterWith();
    const calls: string[] = [];
    const second = () => calls.push('second');
    const first = () => {
      calls.push('first');
      adapter.unregisterIoTimeout(second, 0);
    };
    adapter.registerIoTimeout(first, 0);
    adapter.registerIoTimeout(second, 0);
    seconds(1);
    expect(calls).toEqual(['first']);
  });

  it('ends with the adapter, and is traced', () => {
    const { scheduler, portCls, adapter, seconds } = adapterWith();
    const records: TraceRecord[] = [];
    portCls.tracer.start((record) => records.push(record));
    adapter.registerIoTimeout(function pollMixer() {
      // Nothing to poll.
    }, 0);
    seconds(1);
    expect(records.map(({ kind, target, action }) => [kind, target, action])).toEqual([
      ['timeout', 'card', 'pollMixer'],
    ]);
    portCls.removeAdapterDevice(adapter);
    expect(scheduler.pending).toBe(0);
    expect(statusOf(() => adapter.registerIoTimeout(() => undefined, 0))).toBe('STATUS_DEVICE_REMOVED');
  });
});
