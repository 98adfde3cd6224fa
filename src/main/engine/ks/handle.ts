import {
  basicSupport,
  defaultValue,
  getProperty,
  setProperty,
  supports,
  type PropertyTarget,
} from './dispatch.ts';
import {
  NO_NODE,
  type AnyProperty,
  type BasicSupport,
  type PendingRequest,
  type Property,
} from './property.ts';
import type { Resolved } from './requestTable.ts';
import type { Tracer, TraceTarget } from './trace.ts';

/** A handle as a client holds one: whatever answers behind it, requests are sent to it in the same ways. */
export abstract class Handle implements PropertyTarget {
  abstract get description(): string;
  abstract get tracer(): Tracer;
  abstract traceTarget(node: number): TraceTarget;
  abstract resolve(property: AnyProperty, node: number): Resolved;

  /** KSPROPERTY_TYPE_GET. @throws KsError */
  get<Instance, Value>(property: Property<Instance, Value>, instance: Instance, node = NO_NODE): Value {
    return getProperty(this, property, instance, node);
  }

  /** KSPROPERTY_TYPE_SET. Answers the pending request when the handler finishes later. @throws KsError */
  set<Instance, Value>(
    property: Property<Instance, Value>,
    instance: Instance,
    value: Value,
    node = NO_NODE,
  ): PendingRequest | undefined {
    return setProperty(this, property, instance, value, node);
  }

  /** KSPROPERTY_TYPE_BASICSUPPORT. @throws KsError */
  basicSupport<Instance, Value>(property: Property<Instance, Value>, node = NO_NODE): BasicSupport {
    return basicSupport(this, property, node);
  }

  /** KSPROPERTY_TYPE_DEFAULTVALUES. @throws KsError STATUS_INVALID_DEVICE_REQUEST when no default is told */
  defaultValue<Instance, Value>(
    property: Property<Instance, Value>,
    instance: Instance,
    node = NO_NODE,
  ): Value {
    return defaultValue(this, property, instance, node);
  }

  /** True when there is a handler for the property. */
  supports<Instance, Value>(property: Property<Instance, Value>, node = NO_NODE): boolean {
    return supports(this, property, node);
  }
}
