import { describe, expect, it } from 'vitest';
import { OutputLatency } from '../../../src/main/host/outputLatency.ts';
import { secondsToReferenceTime } from '../../../src/contract/units.ts';

describe('the latency of an output', () => {
  it('is the mean of what is told, not what is told before it is known', () => {
    const latency = new OutputLatency();
    latency.observe(0);
    latency.observe(NaN);
    expect(latency.isKnown).toBe(false);
    expect(latency.value).toBe(0);
    for (const seconds of [0.03, 0.04, 0, 0.02]) latency.observe(seconds);
    expect(latency.isKnown).toBe(true);
    expect(latency.value).toBeCloseTo(secondsToReferenceTime(0.03), 3);
  });
});
