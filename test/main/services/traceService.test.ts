import { afterEach, describe, expect, it, vi } from 'vitest';
import { decibelsToKsLevel } from '../../../src/contract/units.ts';
import { isAbout, type TraceEntry } from '../../../src/contract/services/trace.ts';
import { KSNODETYPE } from '../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_AUDIO } from '../../../src/main/engine/ks/properties/audio.ts';
import { KSPROPERTY_PIN } from '../../../src/main/engine/ks/properties/pin.ts';
import { TraceService } from '../../../src/main/services/traceService.ts';
import { completeNode } from '../../support/completeNode.ts';
import { ksFilter } from '../../support/ksFilter.ts';
import { statusOf } from '../../fixtures/statusOf.ts';

const types = () => KSPROPERTY_PIN.CTYPES;

describe('the trace service', () => {
  afterEach(() => void vi.useRealTimers());

  function traced(capacity?: number) {
    vi.useFakeTimers();
    const { filter, tracer } = ksFilter({
      nodes: [completeNode(KSNODETYPE.VOLUME, 'Volume'), completeNode(KSNODETYPE.PEAKMETER, 'Meter')],
    });
    const trace = new TraceService(tracer, { now: () => 1_000, ...(capacity ? { capacity } : {}) });
    const batches: TraceEntry[][] = [];
    return { filter, tracer, trace, batches, listen: () => trace.onEntries((batch) => batches.push(batch)) };
  }

  it('leaves the hook off until somebody listens, and again afterwards', () => {
    const { tracer, trace, listen } = traced();
    expect(tracer.on).toBe(false);
    const [one, other] = [listen(), listen()];
    expect([tracer.on, trace.getState().recording]).toEqual([true, true]);
    one.dispose();
    expect(tracer.on).toBe(true);
    other.dispose();
    expect([tracer.on, trace.getState().recording]).toEqual([false, false]);
  });

  it('tells what came in one batch per turn of the display, with target, status and duration', () => {
    const { filter, batches, listen } = traced();
    listen();
    filter.get(types(), undefined);
    statusOf(() => filter.get(KSPROPERTY_AUDIO.MUTE, { channel: 0 }, 0));
    expect(batches).toEqual([]);
    vi.advanceTimersByTime(40);
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject([
      {
        id: 0,
        time: 1_000,
        kind: 'property',
        target: 'Filter',
        name: 'Filter',
        action: 'GET KSPROPERTY_PIN_CTYPES',
        status: 'STATUS_SUCCESS',
        failed: false,
      },
      { id: 1, target: 'Filter/node 0', name: 'Filter · Volume', status: 'STATUS_NOT_FOUND', failed: true },
    ]);
    expect(batches[0]![1]!.detail).toContain('has no KSPROPERTY_AUDIO_MUTE');
    vi.advanceTimersByTime(200);
    expect(batches).toHaveLength(1);
  });

  it('tells levels in dB, too', () => {
    const { filter, trace, listen } = traced();
    listen();
    filter.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, decibelsToKsLevel(-7.5), 0);
    filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, 0);
    expect(trace.getEntries().map(({ action, detail }) => [action, detail])).toEqual([
      ['SET KSPROPERTY_AUDIO_VOLUMELEVEL, channel 0: -491520 (-7.5 dB)', ''],
      ['GET KSPROPERTY_AUDIO_VOLUMELEVEL, channel 0', '-491520 (-7.5 dB)'],
    ]);
  });

  it('keeps the newest entries only, and ids show that some were dropped', () => {
    const { filter, trace, batches, listen } = traced(10);
    const handle = listen();
    for (let count = 0; count < 25; count++) filter.get(types(), undefined);
    vi.advanceTimersByTime(40);
    const ids = Array.from({ length: 10 }, (_, index) => 15 + index);
    expect(batches.map((batch) => batch.map(({ id }) => id))).toEqual([ids]);
    expect(trace.getEntries().map(({ id }) => id)).toEqual(ids);
    handle.dispose();
    expect(trace.getEntries()).toEqual([]);
    listen();
    filter.get(types(), undefined);
    expect(trace.getEntries().map(({ id }) => id)).toEqual([25]);
  });

  it('leaves meter readings out unless they are wanted, for this recording', () => {
    const { filter, trace, listen } = traced();
    const read = () => void statusOf(() => filter.get(KSPROPERTY_AUDIO.PEAKMETER2, { channel: -1 }, 1));
    const handle = listen();
    read();
    expect(trace.getEntries()).toEqual([]);
    trace.setMeters(true);
    read();
    expect(trace.getEntries()).toHaveLength(1);
    handle.dispose();
    expect(trace.getState().meters).toBe(false);
  });
});

describe('isAbout', () => {
  it.each([
    ['card/Wave/node 3', 'card/Wave/node 3', true],
    ['card/Wave/node 3', 'card/wave', true],
    ['card/Wave/node 3', 'WAVE', true],
    ['card/Wave/node 3', 'Wave/node 3', true],
    ['card/Wave/node 31', 'card/Wave/node 3', false],
    ['card/Wavetable', 'card/Wave', false],
    ['card/Wave', 'card', true],
    ['card', 'card/Wave', false],
  ])('%s is about %s: %s', (target, object, about) => {
    expect(isAbout(target, object)).toBe(about);
  });
});
