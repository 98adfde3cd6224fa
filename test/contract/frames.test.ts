import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodePeaks, encodePosition } from '../../src/contract/frames.ts';
import { fuzz } from '../support/fuzzing.ts';

describe('binary frames', () => {
  it('come back as they were, to the precision of their fields', () => {
    const peak = fc.float({ min: 0, max: 4, noNaN: true });
    const meter = fc.record({ meter: fc.nat(0xffff), peaks: fc.array(peak, { maxLength: 8 }) });
    fc.assert(
      fc.property(
        fc.array(meter, { maxLength: 40 }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (meters, seconds) => {
          expect(decodeFrame(encodePeaks(meters))).toEqual({ kind: 'peaks', meters });
          expect(decodeFrame(encodePosition(seconds))).toEqual({ kind: 'position', seconds });
        },
      ),
      { seed: 3 },
    );
  });

  it('are read from the middle of a larger buffer', () => {
    const frame = encodePeaks([{ meter: 7, peaks: [0.5, 0.25] }]);
    const larger = new Uint8Array(frame.length + 10);
    larger.set(frame, 5);
    expect(decodeFrame(larger.subarray(5, 5 + frame.length))).toEqual({
      kind: 'peaks',
      meters: [{ meter: 7, peaks: [0.5, 0.25] }],
    });
  });

  it('are ignored when cut, extended, of another version or plain noise', { tags: 'fuzz' }, async () => {
    const frame = encodePeaks([
      { meter: 1, peaks: [1, 1] },
      { meter: 2, peaks: [1] },
    ]);
    for (let length = 0; length < frame.length; length++)
      expect(decodeFrame(frame.subarray(0, length))).toBeUndefined();
    expect(decodeFrame(Uint8Array.of(...frame, 0))).toBeUndefined();
    const newer = Uint8Array.from(frame);
    newer[1] = 2;
    expect(decodeFrame(newer)).toBeUndefined();
    await fuzz(
      'contract/frames',
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const decoded = decodeFrame(noise);
        if (decoded?.kind === 'peaks') expect(decoded.meters.length).toBeLessThanOrEqual(noise.length / 4);
      }),
      { normal: 1_000, fuzz: 200_000 },
    );
  });
});
