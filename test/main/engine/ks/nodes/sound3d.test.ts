import { describe, expect, it } from 'vitest';
import { pcmFormat } from '../../../../../src/main/engine/ks/format.ts';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { InstanceRegister } from '../../../../../src/main/engine/ks/nodes/instanceRegister.ts';
import {
  coneOutsideDecibels,
  Sound3dListener,
  sound3dItems,
  type Sound3dBuffer,
} from '../../../../../src/main/engine/ks/nodes/sound3d.ts';
import {
  KSPROPERTY_DIRECTSOUND3DBUFFER as BUFFER,
  KSPROPERTY_DIRECTSOUND3DLISTENER as LISTENER,
} from '../../../../../src/main/engine/ks/properties/sound3d.ts';
import { completeNode } from '../../../../support/completeNode.ts';
import { ksFilter, statusOf } from '../../../../support/ksFilter.ts';

const at = (x: number) => ({ x, y: 0, z: 0 });

/** A 3D node whose pin instances have a buffer each. */
function world() {
  let changes = 0;
  const listener = new Sound3dListener(() => changes++);
  const buffers = new Map<unknown, Sound3dBuffer>();
  const items = sound3dItems(listener, ({ minorTarget }) => buffers.get(minorTarget)!);
  const { filter } = ksFilter({
    nodes: [completeNode(KSNODETYPE.EFFECTS_3D, null, items)],
    opened: (stream) => buffers.set(stream, listener.openBuffer()),
  });
  const open = () => filter.createPin(0, pcmFormat(2, 48_000, 16));
  return { filter, listener, open, changes: () => changes };
}

describe('3D effects', () => {
  it('39: a batch holds changes of listener and buffers back and applies them at its end, all at once', () => {
    const { open, changes } = world();
    const [one, two] = [open(), open()];
    one.set(LISTENER.BATCH, undefined, true, 0);
    one.set(LISTENER.POSITION, undefined, at(1), 0);
    one.set(BUFFER.POSITION, undefined, at(2), 0);
    two.set(BUFFER.POSITION, undefined, at(3), 0);
    const positions = () => [
      one.get(LISTENER.POSITION, undefined, 0).x,
      one.get(BUFFER.POSITION, undefined, 0).x,
      two.get(BUFFER.POSITION, undefined, 0).x,
    ];
    expect(positions()).toEqual([0, 0, 0]);
    expect(changes()).toBe(0);
    one.set(LISTENER.BATCH, undefined, false, 0);
    expect(positions()).toEqual([1, 2, 3]);
    expect(changes()).toBe(1);
    one.set(LISTENER.BATCH, undefined, false, 0);
    expect(changes()).toBe(1);
  });

  it('refuses what DirectSound has no sound for, and stays as it was', () => {
    const { open, changes } = world();
    const pin = open();
    const all = pin.get(BUFFER.ALL, undefined, 0);
    const refused = [
      () => pin.set(BUFFER.MINDISTANCE, undefined, 0, 0),
      () => pin.set(BUFFER.MAXDISTANCE, undefined, -1, 0),
      () => pin.set(BUFFER.CONEANGLES, undefined, { insideConeAngle: 0, outsideConeAngle: 361 }, 0),
      () => pin.set(BUFFER.CONEANGLES, undefined, { insideConeAngle: 91, outsideConeAngle: 90 }, 0),
      () => pin.set(BUFFER.CONEOUTSIDEVOLUME, undefined, 1, 0),
      () => pin.set(BUFFER.ALL, undefined, { ...all, minDistance: -2 }, 0),
      () => pin.set(LISTENER.DISTANCEFACTOR, undefined, 0, 0),
      () => pin.set(LISTENER.ROLLOFFFACTOR, undefined, 10.5, 0),
      () => pin.set(LISTENER.DOPPLERFACTOR, undefined, -0.1, 0),
    ];
    expect(refused.map(statusOf)).toEqual(refused.map(() => 'STATUS_INVALID_PARAMETER'));
    expect(pin.get(BUFFER.ALL, undefined, 0)).toEqual(all);
    expect(changes()).toBe(0);
  });

  it('40: cone outside volume is 1/100 dB: -600 is -6 dB', () => {
    const { open } = world();
    const pin = open();
    pin.set(BUFFER.CONEOUTSIDEVOLUME, undefined, -600, 0);
    const coneOutsideVolume = pin.get(BUFFER.CONEOUTSIDEVOLUME, undefined, 0);
    expect(coneOutsideDecibels({ coneOutsideVolume })).toBe(-6);
    expect(pin.get(BUFFER.ALL, undefined, 0).coneOutsideVolume).toBe(-600);
  });

  it('takes every property, and ALL is all of them', () => {
    const pin = world().open();
    const all = {
      position: at(1),
      velocity: at(2),
      insideConeAngle: 30,
      outsideConeAngle: 60,
      coneOrientation: at(3),
      coneOutsideVolume: -100,
      minDistance: 2,
      maxDistance: 50,
      mode: 'HEADRELATIVE' as const,
    };
    pin.set(BUFFER.VELOCITY, undefined, all.velocity, 0);
    pin.set(BUFFER.POSITION, undefined, all.position, 0);
    pin.set(BUFFER.CONEANGLES, undefined, { insideConeAngle: 30, outsideConeAngle: 60 }, 0);
    pin.set(BUFFER.CONEORIENTATION, undefined, all.coneOrientation, 0);
    pin.set(BUFFER.CONEOUTSIDEVOLUME, undefined, -100, 0);
    pin.set(BUFFER.MINDISTANCE, undefined, 2, 0);
    pin.set(BUFFER.MAXDISTANCE, undefined, 50, 0);
    pin.set(BUFFER.MODE, undefined, 'HEADRELATIVE', 0);
    expect(pin.get(BUFFER.ALL, undefined, 0)).toEqual(all);
    pin.set(BUFFER.ALL, undefined, { ...all, mode: 'DISABLE' }, 0);
    expect(pin.get(BUFFER.MODE, undefined, 0)).toBe('DISABLE');
    expect(pin.get(BUFFER.CONEANGLES, undefined, 0)).toEqual({ insideConeAngle: 30, outsideConeAngle: 60 });

    pin.set(LISTENER.ORIENTATION, undefined, { front: at(1), top: at(2) }, 0);
    pin.set(LISTENER.VELOCITY, undefined, at(5), 0);
    pin.set(LISTENER.DISTANCEFACTOR, undefined, 0.5, 0);
    pin.set(LISTENER.ROLLOFFFACTOR, undefined, 2, 0);
    pin.set(LISTENER.DOPPLERFACTOR, undefined, 3, 0);
    expect(pin.get(LISTENER.ALL, undefined, 0)).toEqual({
      position: at(0),
      velocity: at(5),
      orientFront: at(1),
      orientTop: at(2),
      distanceFactor: 0.5,
      rolloffFactor: 2,
      dopplerFactor: 3,
    });
    pin.set(LISTENER.ALLOCATION, undefined, true, 0);
    expect(pin.get(LISTENER.ALLOCATION, undefined, 0)).toBe(true);
  });

  it('refuses numbers that are not finite, and the filter handle', () => {
    const { filter, open } = world();
    const pin = open();
    expect(statusOf(() => pin.set(BUFFER.POSITION, undefined, { x: NaN, y: 0, z: 0 }, 0))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(statusOf(() => pin.set(LISTENER.ROLLOFFFACTOR, undefined, Infinity, 0))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(statusOf(() => filter.get(LISTENER.POSITION, undefined, 0))).toBe('STATUS_INVALID_DEVICE_REQUEST');
    expect(pin.get(BUFFER.POSITION, undefined, 0)).toEqual(at(0));
  });

  it('leaves a closed buffer out of the batch', () => {
    const listener = new Sound3dListener();
    const buffer = listener.openBuffer();
    listener.batching = true;
    buffer.change({ position: at(9) });
    listener.closeBuffer(buffer);
    listener.batching = false;
    expect(buffer.effective.position).toEqual(at(0));
  });
});

describe('a register per pin instance', () => {
  it('is unknown for streams it was not opened for', () => {
    const register = new InstanceRegister(1);
    const stream = {};
    for (const minorTarget of [stream, undefined, 'text']) {
      expect(statusOf(() => register.read({ minorTarget }))).toBe('STATUS_INVALID_DEVICE_REQUEST');
      expect(statusOf(() => register.write(2, { minorTarget }))).toBe('STATUS_INVALID_DEVICE_REQUEST');
    }
    register.open(stream);
    register.default = 5;
    expect([register.read({ minorTarget: stream }), register.default]).toEqual([1, 5]);
  });
});
