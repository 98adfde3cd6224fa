import { propertyItem, type PropertyContext, type PropertyItem } from '../property.ts';
import { KSPROPERTY_AUDIO, type DevSpecificInstance } from '../properties/audio.ts';
import { KsError } from '../status.ts';

/** One of the device's own values. */
export interface DevSpecificValue {
  /** Bytes */
  readonly length: number;
  read?(instance: DevSpecificInstance, context: PropertyContext): Uint8Array;
  write?(value: Uint8Array, instance: DevSpecificInstance, context: PropertyContext): void;
}

/**
 * KSPROPERTY_AUDIO_DEV_SPECIFIC of DEV_SPECIFIC nodes: values by `DevSpecificId`. Unknown id: STATUS_NOT_FOUND; a
 * length that is not the value's: STATUS_INVALID_PARAMETER. Specification 2.1.
 */
export function devSpecificItem(values: ReadonlyMap<number, DevSpecificValue>): PropertyItem {
  const valueOf = ({ devSpecificId, length }: DevSpecificInstance, bytes: number): DevSpecificValue => {
    const value = values.get(devSpecificId);
    if (!value) throw new KsError('STATUS_NOT_FOUND', `The device has no value ${devSpecificId}.`);
    if (value.length === length && length === bytes) return value;
    throw new KsError('STATUS_INVALID_PARAMETER', `Value ${devSpecificId} has ${value.length} bytes.`);
  };
  const refuse = (verb: string, { devSpecificId }: DevSpecificInstance): never => {
    throw new KsError('STATUS_INVALID_DEVICE_REQUEST', `Value ${devSpecificId} does not support ${verb}.`);
  };
  return propertyItem({
    property: KSPROPERTY_AUDIO.DEV_SPECIFIC,
    get: (instance, context) => {
      const value = valueOf(instance, instance.length);
      return value.read ? value.read(instance, context) : refuse('GET', instance);
    },
    set: (instance, bytes, context) => {
      const value = valueOf(instance, bytes.length);
      if (!value.write) refuse('SET', instance);
      else value.write(bytes, instance, context);
    },
  });
}
