import {
  propertyItem,
  type BasicSupport,
  type NoInstance,
  type Property,
  type PropertyContext,
  type PropertyItem,
  type Stepping,
  type ValueType,
} from '../property.ts';
import { KsError } from '../status.ts';

/** Node properties of one value for the whole node: KSNODEPROPERTY input, no channels. */

export interface NodeRegister<T> {
  /** The node exists once per pin instance: `context.minorTarget` tells which. Specification 1.8. */
  readonly perPin?: boolean;
  read(context: PropertyContext): T;
  write(value: T, context: PropertyContext): void;
  /** With `perPin`: takes a set on the filter handle as the value of pin instances opened later. */
  writeDefault?(value: T): void;
  /** What DEFAULTVALUES answers. */
  defaultValue?(): T;
  /** After every set. */
  changed?(context: PropertyContext): void;
}

/** `apply` answers the value the register gets for what was set, or throws KsError for one it cannot take. */
export function registerItem<T>(
  property: Property<NoInstance, T>,
  register: NodeRegister<T>,
  apply: (value: T) => T,
  support: Omit<BasicSupport, 'access'> = {},
): PropertyItem {
  const { perPin = false, writeDefault, defaultValue } = register;
  return propertyItem<NoInstance, T>({
    property,
    ...(perPin ? { perPin } : {}),
    serialized: true,
    get: (_instance, context) => register.read(context),
    set: (_instance, value, context) => {
      register.write(apply(value), context);
      register.changed?.(context);
    },
    ...(writeDefault && { setDefault: (_instance, value) => writeDefault(apply(value)) }),
    ...(defaultValue && { defaultValue: () => defaultValue() }),
    basicSupport: () => support,
  });
}

/** Basic support of a value with one range for the whole node. */
export function rangeSupport(valueType: ValueType, stepping: Stepping): Omit<BasicSupport, 'access'> {
  return { valueType, members: { multichannel: false, uniform: false, steppings: [stepping] } };
}

/** A switch of the whole node. */
export function nodeSwitchItem(
  property: Property<NoInstance, boolean>,
  register: NodeRegister<boolean>,
): PropertyItem {
  const support = rangeSupport('VT_BOOL', { minimum: 0, maximum: 1, step: 1 });
  return registerItem(property, register, (on) => on, support);
}

/** A value that must be one of a list: STATUS_INVALID_PARAMETER for others. */
export function oneOfItem<T extends number | string>(
  property: Property<NoInstance, T>,
  values: readonly T[],
  register: NodeRegister<T>,
  support: Omit<BasicSupport, 'access'> = {},
): PropertyItem {
  return registerItem(
    property,
    register,
    (value) => {
      if (values.includes(value)) return value;
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `${property.name} cannot be ${value}; it can be ${values.join(', ')}.`,
      );
    },
    support,
  );
}
