import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Buffer3d, Listener3d } from '../../../src/main/engine/ks/properties/sound3d.ts';
import { distanceGain, newPlacement, place } from '../../../src/main/wave/space/directSound3d.ts';

const ORIGIN = { x: 0, y: 0, z: 0 };
const LISTENER: Listener3d = {
  position: ORIGIN,
  velocity: ORIGIN,
  orientFront: { x: 0, y: 0, z: 1 },
  orientTop: { x: 0, y: 1, z: 0 },
  distanceFactor: 1,
  rolloffFactor: 1,
  dopplerFactor: 1,
};
const SOURCE: Buffer3d = {
  position: ORIGIN,
  velocity: ORIGIN,
  insideConeAngle: 360,
  outsideConeAngle: 360,
  coneOrientation: { x: 0, y: 0, z: 1 },
  coneOutsideVolume: 0,
  minDistance: 1,
  maxDistance: 1e9,
  mode: 'NORMAL',
};

function placed(source: Partial<Buffer3d>, listener: Partial<Listener3d> = {}) {
  const placement = newPlacement();
  place({ ...SOURCE, ...source }, { ...LISTENER, ...listener }, placement);
  return placement;
}
const decibels = (gain: number) => 20 * Math.log10(gain);
const at = (x: number, y: number, z: number) => ({ position: { x, y, z } });

describe('distance', () => {
  it('halves the amplitude per doubling beyond the minimum, up to the maximum', () => {
    for (const [distance, expected] of [
      [0, 0],
      [1, 0],
      [2, -6.0206],
      [4, -12.0412],
      [100, -40],
    ] as const) {
      expect(decibels(placed(at(0, 0, distance)).gain)).toBeCloseTo(expected, 3);
    }
    const limited = { minDistance: 5, maxDistance: 20 };
    expect(decibels(placed({ ...at(0, 0, 10), ...limited }).gain)).toBeCloseTo(-6.0206, 3);
    expect(placed({ ...at(0, 0, 500), ...limited }).gain).toBe(placed({ ...at(0, 0, 20), ...limited }).gain);
  });

  it('does nothing without roll-off and follows its factor', () => {
    expect(placed(at(0, 0, 50), { rolloffFactor: 0 }).gain).toBe(1);
    expect(distanceGain(11, 1, 1e9, 10)).toBeCloseTo(1 / 101, 12);
  });
});

describe('cone', () => {
  const cone = {
    insideConeAngle: 60,
    outsideConeAngle: 120,
    coneOutsideVolume: -2_000,
    maxDistance: 1,
    minDistance: 1,
  };
  /** Gain of a source straight ahead whose cone is turned by `degrees` from facing the listener. */
  const turned = (degrees: number) => {
    const angle = (degrees * Math.PI) / 180;
    const coneOrientation = { x: Math.sin(angle), y: 0, z: -Math.cos(angle) };
    return decibels(placed({ ...cone, ...at(0, 0, 1), coneOrientation }).gain);
  };

  it('is full inside, at its outside volume outside, and even in dB between', () => {
    for (const [degrees, expected] of [
      [0, 0],
      [29.9, 0],
      [45, -10],
      [37.5, -5],
      [60, -20],
      [180, -20],
    ] as const) {
      expect(turned(degrees)).toBeCloseTo(expected, 3);
      expect(turned(-degrees)).toBeCloseTo(expected, 3);
    }
  });

  it('-600 means -6 dB', () => {
    const source = {
      ...cone,
      ...at(0, 0, 1),
      coneOutsideVolume: -600,
      coneOrientation: { x: 0, y: 0, z: 1 },
    };
    expect(decibels(placed(source).gain)).toBeCloseTo(-6, 9);
  });
});

describe('direction', () => {
  it('goes by the side of the listener, whichever way it faces', () => {
    expect(placed(at(0, 0, 3))).toMatchObject({ pan: 0, left: 1, right: 1 });
    expect(placed(at(3, 0, 0)).pan).toBeCloseTo(1, 12);
    expect(placed(at(-3, 0, 0)).pan).toBeCloseTo(-1, 12);
    expect(placed(at(3, 0, 3)).pan).toBeCloseTo(Math.SQRT1_2, 12);
    const facingRight = { orientFront: { x: 1, y: 0, z: 0 } };
    expect(placed(at(3, 0, 0), facingRight).pan).toBeCloseTo(0, 12);
    expect(placed(at(0, 0, 3), facingRight).pan).toBeCloseTo(-1, 12);
  });

  it('of a head-relative source does not turn or move with the listener', () => {
    const listener = {
      position: { x: 100, y: 0, z: 0 },
      orientFront: { x: -1, y: 0, z: 0 },
      velocity: { x: 9, y: 0, z: 0 },
    };
    const placement = placed({ ...at(2, 0, 0), mode: 'HEADRELATIVE' }, listener);
    expect(placement.pan).toBeCloseTo(1, 12);
    expect(placement.gain).toBeCloseTo(0.5, 12);
    expect(placement.doppler).toBe(1);
  });

  it('has a height and a depth, and a length of 1', () => {
    const above = placed(at(0, 3, 3));
    expect(above.up).toBeCloseTo(Math.SQRT1_2, 12);
    expect(above.front).toBeCloseTo(Math.SQRT1_2, 12);
    expect(placed(at(0, 0, -2)).front).toBeCloseTo(-1, 12);
    // On its side, facing right: its own top is to the left of the world.
    const lying = { orientFront: { x: 0, y: 0, z: 2 }, orientTop: { x: -3, y: 0, z: 0 } };
    expect(placed(at(-4, 0, 0), lying).up).toBeCloseTo(1, 12);
    expect(placed(at(0, 4, 0), lying).pan).toBeCloseTo(1, 12);
    const { pan, up, front } = placed(at(1, 2, -3), { orientFront: { x: 1, y: 1, z: 1 } });
    expect(Math.hypot(pan, up, front)).toBeCloseTo(1, 12);
  });

  it('does not matter when 3D is off', () => {
    expect(placed({ ...at(50, 0, 0), mode: 'DISABLE' })).toEqual(newPlacement());
  });
});

describe('Doppler shift', () => {
  const C = 340.29;
  it('follows the speeds along the line between source and listener', () => {
    const coming = { ...at(0, 0, 10), velocity: { x: 0, y: 0, z: -34.029 } };
    expect(placed(coming).doppler).toBeCloseTo(1 / 0.9, 9);
    const going = { ...at(0, 0, 10), velocity: { x: 0, y: 0, z: 34.029 } };
    expect(placed(going).doppler).toBeCloseTo(1 / 1.1, 9);
    expect(placed({ ...at(0, 0, 10), velocity: { x: 300, y: 0, z: 0 } }).doppler).toBe(1);
    expect(placed(at(0, 0, 10), { velocity: { x: 0, y: 0, z: 34.029 } }).doppler).toBeCloseTo(1.1, 9);
  });

  it('counts the distance factor and its own factor, and has limits', () => {
    const coming = { ...at(0, 0, 10), velocity: { x: 0, y: 0, z: -10 } };
    expect(placed(coming, { distanceFactor: 3 }).doppler).toBeCloseTo(C / (C - 30), 9);
    expect(placed(coming, { dopplerFactor: 0 }).doppler).toBe(1);
    expect(placed({ ...coming, velocity: { x: 0, y: 0, z: -400 } }).doppler).toBe(4);
    expect(placed(at(0, 0, 10), { velocity: { x: 0, y: 0, z: -400 } }).doppler).toBe(0.25);
  });
});

describe('against a reference', () => {
  type V = readonly [number, number, number];
  const dot = (a: V, b: V) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const minus = (a: V, b: V): V => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const cross = (a: V, b: V): V => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const norm = (a: V) => Math.sqrt(dot(a, a));
  const tuple = ({ x, y, z }: { x: number; y: number; z: number }): V => [x, y, z];

  /** The formulas written down once more: levels of both sides in dB, and the pitch. */
  function reference(source: Buffer3d, listener: Listener3d) {
    const line = minus(tuple(source.position), tuple(listener.position));
    const distance = norm(line);
    const reach = Math.min(Math.max(distance, source.minDistance), source.maxDistance);
    let level = -decibels(1 + (listener.rolloffFactor * (reach - source.minDistance)) / source.minDistance);
    const axis = tuple(source.coneOrientation);
    const angle =
      (360 / Math.PI) * Math.acos(Math.max(-1, Math.min(1, -dot(axis, line) / norm(axis) / distance)));
    const [inside, outside] = [source.insideConeAngle, source.outsideConeAngle];
    if (angle > inside) {
      level +=
        (source.coneOutsideVolume / 100) * (angle >= outside ? 1 : (angle - inside) / (outside - inside));
    }
    const right = cross(tuple(listener.orientTop), tuple(listener.orientFront));
    const pan = dot(right, line) / norm(right) / distance;
    const turn = (pan * Math.PI) / 4;
    const side = (sign: number) => level + decibels(Math.cos(turn) + sign * Math.sin(turn));
    const scale = (listener.dopplerFactor * listener.distanceFactor) / 340.29 / distance;
    const pitch =
      (1 + scale * dot(tuple(listener.velocity), line)) / (1 + scale * dot(tuple(source.velocity), line));
    return { left: side(-1), right: side(1), pitch };
  }

  it('levels are exact to 0.5 dB and pitch to a cent in 2,000 random scenes', () => {
    const within = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
    const vector = (limit: number) => fc.record({ x: within(limit), y: within(limit), z: within(limit) });
    const direction = vector(1).filter((each) => norm(tuple(each)) > 0.1);
    let worst = 0;
    fc.assert(
      fc.property(
        fc.record({
          position: vector(100),
          velocity: vector(20),
          insideConeAngle: fc.integer({ min: 0, max: 180 }),
          outsideConeAngle: fc.integer({ min: 180, max: 360 }),
          coneOrientation: direction,
          coneOutsideVolume: fc.integer({ min: -10_000, max: 0 }),
          minDistance: fc.double({ min: 0.5, max: 10, noNaN: true }),
          maxDistance: fc.double({ min: 10, max: 200, noNaN: true }),
        }),
        fc.record({
          position: vector(100),
          velocity: vector(20),
          orientFront: direction,
          orientTop: direction,
        }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (about, ear, rolloffFactor) => {
          const source: Buffer3d = { ...SOURCE, ...about };
          const listener: Listener3d = { ...LISTENER, ...ear, rolloffFactor };
          fc.pre(norm(cross(tuple(ear.orientTop), tuple(ear.orientFront))) > 0.01);
          fc.pre(norm(minus(tuple(source.position), tuple(listener.position))) > 0.1);
          const placement = newPlacement();
          place(source, listener, placement);
          const expected = reference(source, listener);
          for (const side of ['left', 'right'] as const) {
            const level = decibels(placement.gain * placement[side]);
            if (!(expected[side] > -150)) continue;
            worst = Math.max(worst, Math.abs(level - expected[side]));
          }
          expect(1200 * Math.abs(Math.log2(placement.doppler / expected.pitch))).toBeLessThan(1);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(worst).toBeLessThan(0.5);
  });
});
