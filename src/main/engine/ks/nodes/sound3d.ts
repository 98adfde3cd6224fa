import type { PropertyContext, PropertyItem } from '../property.ts';
import {
  KSPROPERTY_DIRECTSOUND3DBUFFER,
  KSPROPERTY_DIRECTSOUND3DLISTENER,
  type Buffer3d,
  type Listener3d,
  type Mode3d,
} from '../properties/sound3d.ts';
import { KsError } from '../status.ts';
import { nodeSwitchItem, registerItem, type NodeRegister } from './register.ts';

/**
 * The state behind KSNODETYPE_3D_EFFECTS nodes: one listener for all buffers, one buffer per pin instance. While the
 * listener batches, sets change what is pending and gets tell what is in effect; the end of the batch applies the
 * changes of listener and buffers all at once. Specification 2.6.
 */

const ORIGIN = { x: 0, y: 0, z: 0 };

const FIRST_LISTENER: Listener3d = {
  position: ORIGIN,
  velocity: ORIGIN,
  orientFront: { x: 0, y: 0, z: 1 },
  orientTop: { x: 0, y: 1, z: 0 },
  // 1 = metres.
  distanceFactor: 1,
  rolloffFactor: 1,
  dopplerFactor: 1,
};

const FIRST_BUFFER: Buffer3d = {
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

/** State with what is in effect and what waits for the end of a batch. */
class Batched<T extends object> {
  #effective: T;
  #pending: T;

  constructor(first: T) {
    this.#effective = first;
    this.#pending = first;
  }

  get effective(): T {
    return this.#effective;
  }

  change(part: Partial<T>, batching: boolean): void {
    this.#pending = { ...this.#pending, ...part };
    if (!batching) this.#effective = this.#pending;
  }

  /** Answers whether anything changed. */
  apply(): boolean {
    if (this.#effective === this.#pending) return false;
    this.#effective = this.#pending;
    return true;
  }
}

/** KSPROPSETID_DirectSound3DListener, and the batch that listener and buffers are set in. */
export class Sound3dListener {
  readonly #state = new Batched(FIRST_LISTENER);
  readonly #buffers = new Set<Sound3dBuffer>();
  readonly #changed: () => void;
  #batching = false;
  /** KSPROPERTY_DIRECTSOUND3DLISTENER_ALLOCATION: the listener's storage is allocated. */
  allocated = false;

  /** `changed` is called when the state in effect of listener or buffers changed. */
  constructor(changed: () => void = () => undefined) {
    this.#changed = changed;
  }

  get effective(): Listener3d {
    return this.#state.effective;
  }

  get batching(): boolean {
    return this.#batching;
  }

  set batching(batching: boolean) {
    const ended = this.#batching && !batching;
    this.#batching = batching;
    if (!ended) return;
    let changed = this.#state.apply();
    for (const buffer of this.#buffers) changed = buffer.applyBatch() || changed;
    if (changed) this.#changed();
  }

  change(part: Partial<Listener3d>): void {
    this.#state.change(part, this.#batching);
    if (!this.#batching) this.#changed();
  }

  /** The buffer of a new pin instance; one that is not opened as a 3D buffer is not placed before it is told to be. */
  openBuffer(mode: Mode3d = 'NORMAL'): Sound3dBuffer {
    const buffer = new Sound3dBuffer(
      { ...FIRST_BUFFER, mode },
      () => this.#batching,
      () => this.#changed(),
    );
    this.#buffers.add(buffer);
    return buffer;
  }

  closeBuffer(buffer: Sound3dBuffer): void {
    this.#buffers.delete(buffer);
  }
}

/**
 * KSPROPSETID_DirectSound3DBuffer of one pin instance; values that wait for the listener’s batch are not heard yet.
 */
export class Sound3dBuffer {
  readonly #state: Batched<Buffer3d>;
  readonly #batching: () => boolean;
  readonly #changed: () => void;

  constructor(first: Buffer3d, batching: () => boolean, changed: () => void) {
    this.#state = new Batched(first);
    this.#batching = batching;
    this.#changed = changed;
  }

  get effective(): Buffer3d {
    return this.#state.effective;
  }

  change(part: Partial<Buffer3d>): void {
    const batching = this.#batching();
    this.#state.change(part, batching);
    if (!batching) this.#changed();
  }

  applyBatch(): boolean {
    return this.#state.apply();
  }
}

/**
 * The DirectSound3D properties of a 3D node, all per pin. `bufferOf` finds the buffer of the pin instance a request
 * went to; `changed` is called after every set. Numbers that are not
 * finite, or beyond DirectSound's limits: STATUS_INVALID_PARAMETER.
 */
export function sound3dItems(
  listener: Sound3dListener,
  bufferOf: (context: PropertyContext) => Sound3dBuffer,
  changed?: (context: PropertyContext) => void,
): PropertyItem[] {
  const BUFFER = KSPROPERTY_DIRECTSOUND3DBUFFER;
  const LISTENER = KSPROPERTY_DIRECTSOUND3DLISTENER;
  const perPin = { perPin: true, ...(changed && { changed }) } as const;

  const buffer = <T>(
    read: (state: Buffer3d) => T,
    part: (value: T) => Partial<Buffer3d>,
  ): NodeRegister<T> => ({
    ...perPin,
    read: (context) => read(bufferOf(context).effective),
    write: (value, context) => bufferOf(context).change(validBuffer(part(value))),
  });
  const heard = <T>(
    read: (state: Listener3d) => T,
    part: (value: T) => Partial<Listener3d>,
  ): NodeRegister<T> => ({
    ...perPin,
    read: () => read(listener.effective),
    write: (value) => listener.change(validListener(part(value))),
  });

  return [
    registerItem(
      BUFFER.ALL,
      buffer(
        (state) => state,
        (all) => all,
      ),
      finite,
    ),
    registerItem(
      BUFFER.POSITION,
      buffer(
        (state) => state.position,
        (position) => ({ position }),
      ),
      finite,
    ),
    registerItem(
      BUFFER.VELOCITY,
      buffer(
        (state) => state.velocity,
        (velocity) => ({ velocity }),
      ),
      finite,
    ),
    registerItem(
      BUFFER.CONEANGLES,
      buffer(
        ({ insideConeAngle, outsideConeAngle }) => ({ insideConeAngle, outsideConeAngle }),
        (angles) => angles,
      ),
      finite,
    ),
    registerItem(
      BUFFER.CONEORIENTATION,
      buffer(
        (state) => state.coneOrientation,
        (coneOrientation) => ({ coneOrientation }),
      ),
      finite,
    ),
    registerItem(
      BUFFER.CONEOUTSIDEVOLUME,
      buffer(
        (state) => state.coneOutsideVolume,
        (coneOutsideVolume) => ({ coneOutsideVolume }),
      ),
      finite,
    ),
    registerItem(
      BUFFER.MINDISTANCE,
      buffer(
        (state) => state.minDistance,
        (minDistance) => ({ minDistance }),
      ),
      finite,
    ),
    registerItem(
      BUFFER.MAXDISTANCE,
      buffer(
        (state) => state.maxDistance,
        (maxDistance) => ({ maxDistance }),
      ),
      finite,
    ),
    registerItem(
      BUFFER.MODE,
      buffer(
        (state) => state.mode,
        (mode) => ({ mode }),
      ),
      finite,
    ),
    registerItem(
      LISTENER.ALL,
      heard(
        (state) => state,
        (all) => all,
      ),
      finite,
    ),
    registerItem(
      LISTENER.POSITION,
      heard(
        (state) => state.position,
        (position) => ({ position }),
      ),
      finite,
    ),
    registerItem(
      LISTENER.VELOCITY,
      heard(
        (state) => state.velocity,
        (velocity) => ({ velocity }),
      ),
      finite,
    ),
    registerItem(
      LISTENER.ORIENTATION,
      heard(
        ({ orientFront, orientTop }) => ({ front: orientFront, top: orientTop }),
        ({ front, top }) => ({ orientFront: front, orientTop: top }),
      ),
      finite,
    ),
    registerItem(
      LISTENER.DISTANCEFACTOR,
      heard(
        (state) => state.distanceFactor,
        (distanceFactor) => ({ distanceFactor }),
      ),
      finite,
    ),
    registerItem(
      LISTENER.ROLLOFFFACTOR,
      heard(
        (state) => state.rolloffFactor,
        (rolloffFactor) => ({ rolloffFactor }),
      ),
      finite,
    ),
    registerItem(
      LISTENER.DOPPLERFACTOR,
      heard(
        (state) => state.dopplerFactor,
        (dopplerFactor) => ({ dopplerFactor }),
      ),
      finite,
    ),
    nodeSwitchItem(LISTENER.BATCH, {
      ...perPin,
      read: () => listener.batching,
      write: (batching) => (listener.batching = batching),
    }),
    nodeSwitchItem(LISTENER.ALLOCATION, {
      ...perPin,
      read: () => listener.allocated,
      write: (allocated) => (listener.allocated = allocated),
    }),
  ];
}

/** Cone outside volume, 1/100 dB, in dB: unlike node levels, which are in 1/65536 dB. */
export const coneOutsideDecibels = ({ coneOutsideVolume }: Pick<Buffer3d, 'coneOutsideVolume'>): number =>
  coneOutsideVolume / 100;

/** DirectSound's limits of what a buffer can be set to. @throws KsError STATUS_INVALID_PARAMETER */
function validBuffer(part: Partial<Buffer3d>): Partial<Buffer3d> {
  const { insideConeAngle, outsideConeAngle } = part;
  within('The minimum distance', part.minDistance, Number.MIN_VALUE, Infinity);
  within('The maximum distance', part.maxDistance, Number.MIN_VALUE, Infinity);
  within('The outside cone angle', outsideConeAngle, 0, 360);
  within('The inside cone angle', insideConeAngle, 0, outsideConeAngle ?? 360);
  within('The outside volume of a cone, in 1/100 dB,', part.coneOutsideVolume, -10_000, 0);
  return part;
}

/** DirectSound's limits of what the listener can be set to. @throws KsError STATUS_INVALID_PARAMETER */
function validListener(part: Partial<Listener3d>): Partial<Listener3d> {
  within('The distance factor', part.distanceFactor, Number.MIN_VALUE, Infinity);
  within('The roll-off factor', part.rolloffFactor, 0, 10);
  within('The Doppler factor', part.dopplerFactor, 0, 10);
  return part;
}

function within(what: string, value: number | undefined, lowest: number, highest: number): void {
  if (value === undefined || (value >= lowest && value <= highest)) return;
  const least = lowest === Number.MIN_VALUE ? 'more than 0' : `at least ${lowest}`;
  const most = highest === Infinity ? '' : ` and at most ${highest}`;
  throw new KsError('STATUS_INVALID_PARAMETER', `${what} must be ${least}${most}; ${value} is not.`);
}

function finite<T>(value: T): T {
  const numbers = (part: unknown): boolean =>
    typeof part === 'object' && part !== null
      ? Object.values(part).every(numbers)
      : typeof part !== 'number' || Number.isFinite(part);
  if (numbers(value)) return value;
  throw new KsError('STATUS_INVALID_PARAMETER', 'Positions and factors must be finite numbers.');
}
