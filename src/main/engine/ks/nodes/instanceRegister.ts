import type { PropertyContext } from '../property.ts';
import { KsError } from '../status.ts';

/**
 * A register that exists once per pin instance, with a default for the instances opened later. A default set
 * afterwards never alters an instance that is open. Specification 1.8.
 *
 * The miniport calls `open` for every stream it makes; handlers read and write by `context.minorTarget`.
 */
export class InstanceRegister<T> {
  readonly #values = new WeakMap<object, T>();
  #default: T;

  constructor(initial: T) {
    this.#default = initial;
  }

  get default(): T {
    return this.#default;
  }

  set default(value: T) {
    this.#default = value;
  }

  /** The stream begins with the present default. */
  open(stream: object): void {
    this.#values.set(stream, this.#default);
  }

  /** @throws KsError STATUS_INVALID_DEVICE_REQUEST for a stream that was not opened here */
  read({ minorTarget }: Pick<PropertyContext, 'minorTarget'>): T {
    return this.#values.get(this.#stream(minorTarget))!;
  }

  /** @throws KsError STATUS_INVALID_DEVICE_REQUEST for a stream that was not opened here */
  write(value: T, { minorTarget }: Pick<PropertyContext, 'minorTarget'>): void {
    this.#values.set(this.#stream(minorTarget), value);
  }

  #stream(minorTarget: unknown): object {
    if (typeof minorTarget === 'object' && minorTarget !== null && this.#values.has(minorTarget)) {
      return minorTarget;
    }
    throw new KsError('STATUS_INVALID_DEVICE_REQUEST', 'The stream has no such register.');
  }
}
