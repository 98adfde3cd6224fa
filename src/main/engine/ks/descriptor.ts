import { KsError } from './status.ts';
import { constantName, KSNODETYPE, friendlyName, type Guid } from './guid.ts';
import type { DataRange } from './format.ts';
import { missingProperty } from './nodes/requirements.ts';
import { NO_NODE, type AnyProperty, type AutomationTable } from './property.ts';

/** Filter descriptors: what a miniport tells its port about pins, nodes and wiring. Specification 1.3, 1.4. */

/** KSPIN_DATAFLOW, seen from the filter. */
export type DataFlow = 'IN' | 'OUT';
/** KSPIN_COMMUNICATION. A jack is BRIDGE, a physically connected pin NONE, a stream pin SINK. */
export type Communication = 'NONE' | 'SINK' | 'SOURCE' | 'BOTH' | 'BRIDGE';

/** KSINSTANCE_INDETERMINATE */
export const UNLIMITED_INSTANCES = 0xffffffff;

/** PCPIN_DESCRIPTOR with its KSPIN_DESCRIPTOR. For jacks and physical pins all three counts are 0. */
export interface PinDescriptor {
  readonly maxGlobalInstances: number;
  readonly maxFilterInstances: number;
  readonly minFilterInstances: number;
  readonly dataFlow: DataFlow;
  readonly communication: Communication;
  readonly dataRanges: readonly DataRange[];
  readonly category: Guid;
  /** May be null only when the category occurs once in the filter. */
  readonly name: Guid | null;
  /** Text for a private name GUID or for a pin whose name the driver builds at run time. */
  readonly nameText?: string;
  readonly automation?: AutomationTable;
}

/** PCNODE_DESCRIPTOR */
export interface NodeDescriptor {
  readonly type: Guid;
  readonly name: Guid | null;
  readonly nameText?: string;
  readonly automation?: AutomationTable;
}

/** KSTOPOLOGY_CONNECTION; `KSFILTER_NODE` in a node field makes the pin field a filter pin id. */
export interface Connection {
  readonly fromNode: number;
  readonly fromNodePin: number;
  readonly toNode: number;
  readonly toNodePin: number;
}

export interface FilterDescriptor {
  readonly pins: readonly PinDescriptor[];
  readonly nodes: readonly NodeDescriptor[];
  readonly connections: readonly Connection[];
  readonly categories: readonly Guid[];
  readonly automation?: AutomationTable;
}

/** Logical pins of a node. Specification 1.4. */
export const NODE_PIN = { OUT: 0, IN: 1, FIRST_INPUT: 1 } as const;

/** `connect('pin', 0, 'node', 3)`-style wiring is hard to read in bulk; these two words keep tables short. */
export const filterPin = (pin: number) => ({ node: NO_NODE, pin });
/** An end of a connection; of a pin of the filter, `node` is KSFILTER_NODE. */
export const nodePin = (node: number, pin: number) => ({ node, pin });

/** KSTOPOLOGY_CONNECTION, in the direction of the signal. Specification 1.7. */
export function connection(
  from: { node: number; pin: number },
  to: { node: number; pin: number },
): Connection {
  return { fromNode: from.node, fromNodePin: from.pin, toNode: to.node, toNodePin: to.pin };
}

/** Connections from one end through nodes of one input each to another end. */
export function chain(
  from: { node: number; pin: number },
  nodes: readonly number[],
  to: { node: number; pin: number },
): Connection[] {
  const outputs = [from, ...nodes.map((node) => nodePin(node, NODE_PIN.OUT))];
  const inputs = [...nodes.map((node) => nodePin(node, NODE_PIN.IN)), to];
  return outputs.map((output, index) => connection(output, inputs[index]!));
}

/** KSPROPERTY_PIN_NAME: the descriptor's text, else the name GUID's, else the category's. */
export function pinName(pin: PinDescriptor): string {
  return pin.nameText ?? friendlyName(pin.name ?? pin.category);
}

/** KSPROPERTY_TOPOLOGY_NAME */
export function nodeName(node: NodeDescriptor): string {
  return node.nameText ?? friendlyName(node.name ?? node.type);
}

/**
 * Refuses a descriptor that breaks a rule, naming the first offending entry; nothing is half-registered.
 * @throws KsError STATUS_INVALID_PARAMETER
 */
export function validateDescriptor(descriptor: FilterDescriptor, filterName: string): void {
  const fail = (entry: string, problem: string): never => {
    throw new KsError('STATUS_INVALID_PARAMETER', `Filter “${filterName}”, ${entry}: ${problem}.`, {
      subject: filterName,
    });
  };
  validateAutomation(descriptor.automation, 'filter', fail);
  validatePins(descriptor, fail);
  validateNodes(descriptor, fail);
  validateConnections(descriptor, fail);
}

type Fail = (entry: string, problem: string) => never;

function validatePins({ pins }: FilterDescriptor, fail: Fail): void {
  const names = new Map<string, number>();
  const perCategory = new Map<Guid, number>();
  for (const pin of pins) perCategory.set(pin.category, (perCategory.get(pin.category) ?? 0) + 1);
  pins.forEach((pin, id) => {
    const key = `${pin.category}/${pin.name ?? ''}`;
    const twin = names.get(key);
    if (twin !== undefined) fail(`pin ${id}`, `has the same category and name as pin ${twin}`);
    names.set(key, id);
    if (pin.name === null && perCategory.get(pin.category)! > 1) {
      fail(`pin ${id}`, 'has no name although its category occurs more than once');
    }
    if (pin.dataRanges.length === 0) fail(`pin ${id}`, 'has no data range');
    const counts = [pin.maxGlobalInstances, pin.maxFilterInstances, pin.minFilterInstances];
    if (counts.some((count) => !Number.isInteger(count) || count < 0 || count > UNLIMITED_INSTANCES)) {
      fail(`pin ${id}`, 'has an instance count that is not a ULONG');
    }
    if (pin.minFilterInstances > pin.maxFilterInstances) {
      fail(`pin ${id}`, 'needs more instances than it allows');
    }
    const physical = pin.communication === 'NONE' || pin.communication === 'BRIDGE';
    if (physical && counts.some((count) => count !== 0)) {
      fail(`pin ${id}`, 'is a jack or a physical pin and must have no instances');
    }
    if (physical && pin.automation !== undefined) {
      fail(`pin ${id}`, 'is a jack or a physical pin and must have no automation table');
    }
    validateAutomation(pin.automation, `pin ${id}`, fail);
  });
}

function validateNodes({ nodes }: FilterDescriptor, fail: Fail): void {
  const perType = new Map<Guid, number>();
  for (const node of nodes) perType.set(node.type, (perType.get(node.type) ?? 0) + 1);
  nodes.forEach((node, id) => {
    if (node.name === null && node.nameText === undefined && perType.get(node.type)! > 1) {
      fail(`node ${id}`, 'has no name although its type occurs more than once');
    }
    const entry = `node ${id} (${constantName(node.type)})`;
    const missing = missingProperty(node.type, node.automation);
    if (missing) fail(entry, `does not answer ${missing}, which its type requires`);
    validateAutomation(node.automation, entry, fail);
  });
}

function validateAutomation(automation: AutomationTable | undefined, entry: string, fail: Fail): void {
  const properties = new Set<AnyProperty>();
  for (const { property, get, set } of automation?.items ?? []) {
    if (properties.has(property)) fail(entry, `lists ${property.name} twice`);
    properties.add(property);
    if (!get && !set) fail(entry, `lists ${property.name} without a handler`);
  }
  const events = new Set<string>();
  for (const { event } of automation?.events ?? []) {
    const key = `${event.set}/${event.id}`;
    if (events.has(key)) fail(entry, `lists ${event.name} twice`);
    events.add(key);
  }
}

function validateConnections({ pins, nodes, connections }: FilterDescriptor, fail: Fail): void {
  const muxInputs = new Set<string>();
  const seen = new Set<string>();
  connections.forEach((entry, index) => {
    const where = `connection ${index}`;
    if (entry.fromNode === NO_NODE) {
      const pin =
        pins[entry.fromNodePin] ?? fail(where, `comes from pin ${entry.fromNodePin}, which does not exist`);
      if (pin.dataFlow !== 'IN') fail(where, `comes from pin ${entry.fromNodePin}, which is an OUT pin`);
    } else if (!nodes[entry.fromNode]) {
      fail(where, `comes from node ${entry.fromNode}, which does not exist`);
    }
    if (entry.toNode === NO_NODE) {
      const pin =
        pins[entry.toNodePin] ?? fail(where, `leads to pin ${entry.toNodePin}, which does not exist`);
      if (pin.dataFlow !== 'OUT') fail(where, `leads to pin ${entry.toNodePin}, which is an IN pin`);
    } else {
      const node = nodes[entry.toNode] ?? fail(where, `leads to node ${entry.toNode}, which does not exist`);
      if (node.type === KSNODETYPE.MUX) {
        const input = `${entry.toNode}/${entry.toNodePin}`;
        if (muxInputs.has(input))
          fail(where, `leads to input ${entry.toNodePin} of a mux that is already taken`);
        muxInputs.add(input);
      }
    }
    const key = `${entry.fromNode},${entry.fromNodePin},${entry.toNode},${entry.toNodePin}`;
    if (seen.has(key)) fail(where, 'is listed twice');
    seen.add(key);
  });
}
