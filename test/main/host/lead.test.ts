import { describe, expect, it } from 'vitest';
import { secondsToReferenceTime } from '../../../src/contract/units.ts';
import { Lead } from '../../../src/main/host/lead.ts';

const RATE = 48_000;
const CHUNK = 128;
const at = secondsToReferenceTime;

describe('the lead', () => {
  it('is the setting in whole chunks, and a chunk longer after every underrun, up to 0.4 s', () => {
    const lead = new Lead(12, CHUNK, RATE);
    expect(lead.frames).toBe(5 * CHUNK);
    lead.underrun(at(1));
    expect(lead.frames).toBe(6 * CHUNK);
    for (let second = 2; second < 300; second++) lead.underrun(at(second));
    expect(lead.frames).toBe(Math.floor((0.4 * RATE) / CHUNK) * CHUNK);
  });

  it('becomes shorter again in quiet times, and never shorter than the setting', () => {
    const lead = new Lead(12, CHUNK, RATE);
    lead.underrun(at(1));
    lead.passed(at(30));
    expect(lead.frames).toBe(6 * CHUNK);
    lead.passed(at(31));
    expect(lead.frames).toBe(5 * CHUNK);
    lead.passed(at(10_000));
    expect(lead.frames).toBe(5 * CHUNK);
  });

  it('waits longer where it was too short again', () => {
    const lead = new Lead(12, CHUNK, RATE);
    lead.underrun(at(1));
    lead.passed(at(31));
    lead.underrun(at(32));
    lead.passed(at(32 + 59));
    expect(lead.frames).toBe(6 * CHUNK);
    lead.passed(at(32 + 60));
    expect(lead.frames).toBe(5 * CHUNK);
  });
});
