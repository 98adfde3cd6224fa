import type { Buffer3d, Listener3d } from '../../engine/ks/properties/sound3d.ts';
import { constantPowerPan, type SideGains } from '../mixing/pan.ts';

/**
 * DirectSound's model of sources around a listener: distance, cone, Doppler shift, direction. x points to the right, y
 * up and z to the front. Specification 2.6.
 */

/** How one source sounds to the listener. */
export interface Placement extends SideGains {
  /** Linear, of distance and cone; not yet in `left` and `right`. */
  gain: number;
  /** The direction as the listener has it, a vector of length 1; to the right of the listener (-1 left). */
  pan: number;
  up: number;
  front: number;
  /** Factor of pitch. */
  doppler: number;
}

/** m/s, in air of 15 °C. */
const SPEED_OF_SOUND = 340.29;
/** Limits of the pitch factor: two octaves down and up. */
const DOPPLER_LIMIT = 4;

export const newPlacement = (): Placement => ({
  gain: 1,
  pan: 0,
  up: 0,
  front: 1,
  doppler: 1,
  left: 1,
  right: 1,
});

/** Places a source; writes into `placement` and allocates nothing. */
export function place(source: Buffer3d, listener: Listener3d, placement: Placement): void {
  if (source.mode === 'DISABLE') {
    placement.gain = placement.doppler = placement.left = placement.right = placement.front = 1;
    placement.pan = placement.up = 0;
    return;
  }
  const relative = source.mode === 'HEADRELATIVE';
  const { position, velocity } = source;
  const dx = position.x - (relative ? 0 : listener.position.x);
  const dy = position.y - (relative ? 0 : listener.position.y);
  const dz = position.z - (relative ? 0 : listener.position.z);
  const distance = Math.hypot(dx, dy, dz);
  placement.gain =
    distanceGain(distance, source.minDistance, source.maxDistance, listener.rolloffFactor) *
    coneGain(source, dx, dy, dz, distance);
  turn(listener, relative, dx, dy, dz, placement);
  const moves = relative ? 0 : 1;
  const away = distance === 0 ? 0 : (velocity.x * dx + velocity.y * dy + velocity.z * dz) / distance;
  const follows =
    distance === 0
      ? 0
      : (moves * (listener.velocity.x * dx + listener.velocity.y * dy + listener.velocity.z * dz)) / distance;
  placement.doppler = dopplerFactor(away, follows, listener);
  constantPowerPan(placement.pan, placement);
}

/**
 * Half as loud for every doubling of the distance beyond the minimum, and no softer beyond the maximum. The roll-off
 * factor multiplies the distance beyond the minimum: 0 = none, 1 = as in the world.
 */
export function distanceGain(distance: number, minimum: number, maximum: number, rolloff: number): number {
  const limited = Math.min(Math.max(distance, minimum), Math.max(minimum, maximum));
  return minimum / (minimum + rolloff * (limited - minimum));
}

/** Full within the inside cone, the outside volume beyond the outside cone, and in even steps of dB between. */
function coneGain(source: Buffer3d, dx: number, dy: number, dz: number, distance: number): number {
  const { coneOrientation: axis, insideConeAngle, outsideConeAngle, coneOutsideVolume } = source;
  const length = Math.hypot(axis.x, axis.y, axis.z);
  if (distance === 0 || length === 0 || coneOutsideVolume === 0) return 1;
  // From the source to the listener.
  const cosine = -(axis.x * dx + axis.y * dy + axis.z * dz) / (length * distance);
  const across = (2 * Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
  if (across <= insideConeAngle) return 1;
  const decibels = coneOutsideVolume / 100;
  const span = outsideConeAngle - insideConeAngle;
  const part = span > 0 ? Math.min(1, (across - insideConeAngle) / span) : 1;
  return 10 ** ((decibels * part) / 20);
}

/**
 * The direction of an offset along the listener's axes: to the right is top × front, and up is front × right. What is
 * at the listener's own place is in front.
 */
function turn(
  listener: Listener3d,
  relative: boolean,
  dx: number,
  dy: number,
  dz: number,
  placement: Placement,
): void {
  const front = relative ? FRONT : listener.orientFront;
  const top = relative ? TOP : listener.orientTop;
  let x = top.y * front.z - top.z * front.y;
  let y = top.z * front.x - top.x * front.z;
  let z = top.x * front.y - top.y * front.x;
  const distance = Math.hypot(dx, dy, dz);
  const depth = Math.hypot(front.x, front.y, front.z);
  const width = Math.hypot(x, y, z);
  if (distance === 0 || depth === 0 || width === 0) {
    placement.pan = placement.up = 0;
    placement.front = 1;
    return;
  }
  placement.pan = (x * dx + y * dy + z * dz) / (width * distance);
  placement.front = (front.x * dx + front.y * dy + front.z * dz) / (depth * distance);
  x /= width;
  y /= width;
  z /= width;
  const across =
    (front.y * z - front.z * y) * dx + (front.z * x - front.x * z) * dy + (front.x * y - front.y * x) * dz;
  placement.up = across / (depth * distance);
}

const FRONT = { x: 0, y: 0, z: 1 } as const;
const TOP = { x: 0, y: 1, z: 0 } as const;

/** `away` and `follows`: speeds of source and listener along the line from listener to source, units per second. */
function dopplerFactor(away: number, follows: number, listener: Listener3d): number {
  const scale = listener.distanceFactor * listener.dopplerFactor;
  const source = SPEED_OF_SOUND + away * scale;
  const ear = SPEED_OF_SOUND + follows * scale;
  if (source <= 0) return DOPPLER_LIMIT;
  return Math.min(DOPPLER_LIMIT, Math.max(1 / DOPPLER_LIMIT, ear / source));
}
