import {
  accessOf,
  NO_NODE,
  PendingRequest,
  Qualified,
  type AnyProperty,
  type BasicSupport,
  type Property,
  type PropertyContext,
  type PropertyItem,
  type Verb,
} from './property.ts';
import { KsError, type KsStatus } from './status.ts';
import type { Tracer } from './trace.ts';

/** Where requests can be sent: a filter handle or a pin handle. */
export interface PropertyTarget {
  /** For messages and the trace. */
  readonly description: string;
  readonly tracer: Tracer;
  /**
   * The item that answers and the context its handler gets.
   * @throws KsError when the target is gone, the node does not exist or nothing answers the property
   */
  resolve(property: AnyProperty, node: number): Resolved;
}

export interface Resolved {
  readonly item: PropertyItem;
  readonly context: PropertyContext;
  /** The request went to a filter handle although the property exists once per pin instance. */
  readonly underSpecified: boolean;
}

/** KSPROPERTY_TYPE_GET. @throws KsError */
export function getProperty<Instance, Value>(
  target: PropertyTarget,
  property: Property<Instance, Value>,
  instance: Instance,
  node: number = NO_NODE,
): Value {
  if (target.tracer.on) {
    return target.tracer.measure(
      'property',
      describe(target, node),
      `GET ${property.name}`,
      () => answer(target, property, instance, node).value,
    );
  }
  return answer(target, property, instance, node).value;
}

/** Like `getProperty`, with the status for properties that succeed with a qualification. */
export function getPropertyWithStatus<Instance, Value>(
  target: PropertyTarget,
  property: Property<Instance, Value>,
  instance: Instance,
  node: number = NO_NODE,
): { value: Value; status: KsStatus } {
  return target.tracer.measure('property', describe(target, node), `GET ${property.name}`, () =>
    answer(target, property, instance, node),
  );
}

function answer<Instance, Value>(
  target: PropertyTarget,
  property: Property<Instance, Value>,
  instance: Instance,
  node: number,
): { value: Value; status: KsStatus } {
  const { item, context, underSpecified } = target.resolve(property, node);
  if (!item.get) throw unsupportedVerb('GET', property);
  // Under-specified: a get always fails, because there may be many values. Specification 1.8.
  if (underSpecified) throw needsPin(property);
  const value = item.get(instance, context);
  if (value instanceof Qualified) return { value: value.value as Value, status: value.status };
  return { value: value as Value, status: 'STATUS_SUCCESS' };
}

/** KSPROPERTY_TYPE_SET. Answers the pending request when the handler finishes later. @throws KsError */
export function setProperty<Instance, Value>(
  target: PropertyTarget,
  property: Property<Instance, Value>,
  instance: Instance,
  value: Value,
  node: number = NO_NODE,
): PendingRequest | undefined {
  const act = (): PendingRequest | undefined => {
    const { item, context, underSpecified } = target.resolve(property, node);
    if (!item.set) throw unsupportedVerb('SET', property);
    if (underSpecified) {
      if (!item.setDefault) throw needsPin(property);
      item.setDefault(instance, value, context);
      return undefined;
    }
    const result = item.set(instance, value, context);
    return result instanceof PendingRequest ? result : undefined;
  };
  if (!target.tracer.on) return act();
  return target.tracer.measure(
    'property',
    describe(target, node),
    `SET ${property.name} ${String(value)}`,
    act,
  );
}

/** KSPROPERTY_TYPE_BASICSUPPORT. @throws KsError */
export function basicSupport(
  target: PropertyTarget,
  property: AnyProperty,
  node: number = NO_NODE,
): BasicSupport {
  return target.tracer.measure('property', describe(target, node), `BASICSUPPORT ${property.name}`, () => {
    const { item, context } = target.resolve(property, node);
    return { access: accessOf(item), ...item.basicSupport?.(context) };
  });
}

/** True when the target has a handler for the property, whatever it would answer. */
export function supports(target: PropertyTarget, property: AnyProperty, node: number = NO_NODE): boolean {
  try {
    target.resolve(property, node);
    return true;
  } catch (error) {
    if (error instanceof KsError) return false;
    throw error;
  }
}

function describe(target: PropertyTarget, node: number): string {
  return node === NO_NODE ? target.description : `${target.description}/node ${node}`;
}

/** A verb the item does not carry. (MS) STATUS_INVALID_DEVICE_REQUEST; specification 1.8 rule 3. */
export function unsupportedVerb(verb: Verb, property: { name: string }): KsError {
  return new KsError('STATUS_INVALID_DEVICE_REQUEST', `${property.name} does not support ${verb}.`);
}

/** No table has the property. STATUS_NOT_FOUND by KS convention; the exact code is UNCONFIRMED. */
export function unknownProperty(property: { name: string }, where: string): KsError {
  return new KsError('STATUS_NOT_FOUND', `${where} has no ${property.name}.`);
}

function needsPin(property: { name: string }): KsError {
  return new KsError(
    'STATUS_INVALID_DEVICE_REQUEST',
    `${property.name} exists once per pin instance: send it to a pin.`,
  );
}
