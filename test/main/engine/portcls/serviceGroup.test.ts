import { describe, expect, it } from 'vitest';
import { millisecondsToReferenceTime, referenceTime } from '../../../../src/contract/units.ts';
import { ServiceGroup, type ServiceSink } from '../../../../src/main/engine/portcls/serviceGroup.ts';
import { ManualScheduler } from '../../../fixtures/manualScheduler.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';

function groupWith(...names: string[]) {
  const scheduler = new ManualScheduler();
  const group = new ServiceGroup(scheduler);
  const calls: string[] = [];
  const sinks = names.map((name): ServiceSink => ({ requestService: () => calls.push(name) }));
  for (const sink of sinks) group.addMember(sink);
  return { scheduler, group, calls, sinks };
}

const ms = (value: number) => referenceTime(0 - millisecondsToReferenceTime(value));

describe('service group', () => {
  it('calls every member once in a deferred call, however often service is requested', () => {
    const { scheduler, group, calls } = groupWith('a', 'b');
    group.requestService();
    group.requestService();
    expect(calls).toEqual([]);
    scheduler.runQueued();
    expect(calls).toEqual(['a', 'b']);
    group.requestService();
    scheduler.runQueued();
    expect(calls).toEqual(['a', 'b', 'a', 'b']);
  });

  it('a member that left is not called, not even by the pass that runs', () => {
    const { scheduler, group, calls, sinks } = groupWith('a', 'b');
    const leaving: ServiceSink = { requestService: () => group.removeMember(sinks[1]!) };
    group.removeMember(sinks[1]!);
    group.addMember(leaving);
    group.addMember(sinks[1]!);
    group.requestService();
    scheduler.runQueued();
    expect(calls).toEqual(['a']);
  });

  it('a group may contain groups, and never itself', () => {
    const { scheduler, group, calls } = groupWith('a');
    const outer = new ServiceGroup(scheduler);
    outer.addMember(group);
    outer.requestService();
    scheduler.runQueued();
    expect(calls).toEqual(['a']);
    expect(statusOf(() => group.addMember(group))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => group.addMember(outer))).toBe('STATUS_INVALID_PARAMETER');
  });

  it('delayed service needs support first, and runs after its delay', () => {
    const { scheduler, group, calls } = groupWith('a');
    expect(statusOf(() => group.requestDelayedService(ms(1)))).toBe('STATUS_INVALID_DEVICE_STATE');
    group.supportDelayedService();
    expect(statusOf(() => group.requestDelayedService(referenceTime(5)))).toBe('STATUS_INVALID_PARAMETER');
    group.requestDelayedService(ms(2));
    scheduler.advance(millisecondsToReferenceTime(1.9));
    expect(calls).toEqual([]);
    scheduler.advance(millisecondsToReferenceTime(0.1));
    expect(calls).toEqual(['a']);
  });

  it('a new delayed request replaces the waiting one, and can be cancelled', () => {
    const { scheduler, group, calls } = groupWith('a');
    group.supportDelayedService();
    group.requestDelayedService(ms(2));
    group.requestDelayedService(ms(5));
    scheduler.advance(millisecondsToReferenceTime(4));
    expect(calls).toEqual([]);
    group.cancelDelayedService();
    scheduler.advance(millisecondsToReferenceTime(10));
    expect(calls).toEqual([]);
    expect(scheduler.pending).toBe(0);
  });
});
