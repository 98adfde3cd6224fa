import {
  accessOf,
  NO_NODE,
  PendingRequest,
  Qualified,
  type AnyProperty,
  type BasicSupport,
  type Property,
  type PropertyItem,
  type Verb,
} from './property.ts';
import type { RequestTable, Resolved } from './requestTable.ts';

import { KsError, type KsStatus } from './status.ts';
import { describeInput, describeValue, type Tracer, type TraceTarget } from './trace.ts';

export type { Resolved };

/** Where requests can be sent: a filter handle or a pin handle. */
export interface PropertyTarget {
  /** For messages. */
  readonly description: string;
  readonly tracer: Tracer;
  /** For the trace; with a node, that. */
  traceTarget(node: number): TraceTarget;
  /**
   * The item that answers and the context its handler gets.
   * @throws KsError when the target is gone, the node does not exist or nothing answers the property
   */
  resolve(property: AnyProperty, node: number): Resolved;
}

/** A target that can also list what it answers: for byte requests, which name properties by set and id. */
export interface RequestTarget extends PropertyTarget {
  /**
   * What the handle answers for a node, or without one for `NO_NODE`.
   * @throws KsError when the target is gone or has no such node
   */
  table(node: number): RequestTable;
}

/** KSPROPERTY_TYPE_GET. @throws KsError */
export function getProperty<Instance, Value>(
  target: PropertyTarget,
  property: Property<Instance, Value>,
  instance: Instance,
  node: number = NO_NODE,
): Value {
  const value = target.tracer.on
    ? tracedGet(target, property, instance, node)
    : answer(target.resolve(property, node), instance);
  return (value instanceof Qualified ? value.value : value) as Value;
}

/** Like `getProperty`, with the status for properties that succeed with a qualification. */
export function getPropertyWithStatus<Instance, Value>(
  target: PropertyTarget,
  property: Property<Instance, Value>,
  instance: Instance,
  node: number = NO_NODE,
): { value: Value; status: KsStatus } {
  const value = target.tracer.on
    ? tracedGet(target, property, instance, node)
    : answer(target.resolve(property, node), instance);
  return value instanceof Qualified
    ? { value: value.value as Value, status: value.status }
    : { value: value as Value, status: 'STATUS_SUCCESS' };
}

function tracedGet(target: PropertyTarget, property: AnyProperty, instance: unknown, node: number): unknown {
  const action = `GET ${property.name}${describeInput(instance)}`;
  return target.tracer.measure('property', traced(target, node), action, () =>
    answer(target.resolve(property, node), instance),
  );
}

function answer({ item, context, underSpecified }: Resolved, instance: unknown): unknown {
  if (!item.get) throw unsupportedVerb('GET', item.property);
  // Under-specified: a get always fails, because there may be many values. Specification 1.8.
  if (underSpecified) throw needsPin(item.property);
  return item.get(instance, context);
}

/**
 * KSPROPERTY_TYPE_SET. Answers the pending request when the handler finishes later. Sent to a filter handle, a
 * property that exists once per pin instance is set as the default of instances opened later, if the driver can.
 * @throws KsError
 */
export function setProperty<Instance, Value>(
  target: PropertyTarget,
  property: Property<Instance, Value>,
  instance: Instance,
  value: Value,
  node: number = NO_NODE,
): PendingRequest | undefined {
  if (!target.tracer.on) return write(target.resolve(property, node), instance, value);
  const given = value === undefined ? '' : `: ${describeValue(value)}`;
  const action = `SET ${property.name}${describeInput(instance)}${given}`;
  return target.tracer.measure('property', traced(target, node), action, () =>
    write(target.resolve(property, node), instance, value),
  );
}

function write(resolved: Resolved, instance: unknown, value: unknown): PendingRequest | undefined {
  const { item, context, underSpecified } = resolved;
  if (!item.set) throw unsupportedVerb('SET', item.property);
  if (underSpecified) {
    if (!item.setDefault) throw needsPin(item.property);
    item.setDefault(instance, value, context);
    return undefined;
  }
  const result = item.set(instance, value, context);
  return result instanceof PendingRequest ? result : undefined;
}

/** KSPROPERTY_TYPE_BASICSUPPORT. @throws KsError */
export function basicSupport(
  target: PropertyTarget,
  property: AnyProperty,
  node: number = NO_NODE,
): BasicSupport {
  if (!target.tracer.on) return supportOf(target.resolve(property, node));
  return target.tracer.measure('property', traced(target, node), `BASICSUPPORT ${property.name}`, () =>
    supportOf(target.resolve(property, node)),
  );
}

function supportOf({ item, context }: Resolved): BasicSupport {
  return { access: accessOf(item), ...item.basicSupport?.(context) };
}

/** KSPROPERTY_TYPE_DEFAULTVALUES. @throws KsError STATUS_INVALID_DEVICE_REQUEST when the item tells no default */
export function defaultValue<Instance, Value>(
  target: PropertyTarget,
  property: Property<Instance, Value>,
  instance: Instance,
  node: number = NO_NODE,
): Value {
  const ask = (): Value => {
    const { item, context } = target.resolve(property, node);
    if (!item.defaultValue) throw unsupportedVerb('DEFAULTVALUES', property);
    return item.defaultValue(instance, context) as Value;
  };
  if (!target.tracer.on) return ask();
  return target.tracer.measure('property', traced(target, node), `DEFAULTVALUES ${property.name}`, ask);
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

/** Worked out only when the trace is on. */
export const traced = (target: Pick<PropertyTarget, 'traceTarget'>, node: number) => () =>
  target.traceTarget(node);

/** Filter or pin, with the node, as errors name it. */
export function describe(target: { readonly description: string }, node: number): string {
  return node === NO_NODE ? target.description : `${target.description}/node ${node}`;
}

/** A verb the item does not carry. (MS) STATUS_INVALID_DEVICE_REQUEST; specification 1.8 rule 3. */
export function unsupportedVerb(verb: Verb, property: { name: string }): KsError {
  return new KsError('STATUS_INVALID_DEVICE_REQUEST', `${property.name} does not support ${verb}.`);
}

/** No table has the property. STATUS_NOT_FOUND by KS convention; the exact code is UNCONFIRMED. */
export function unknownProperty(
  target: { readonly description: string },
  property: { name: string },
  node: number,
): KsError {
  return new KsError('STATUS_NOT_FOUND', `“${describe(target, node)}” has no ${property.name}.`);
}

function needsPin(property: PropertyItem['property']): KsError {
  return new KsError(
    'STATUS_INVALID_DEVICE_REQUEST',
    `${property.name} exists once per pin instance: send it to a pin.`,
  );
}
