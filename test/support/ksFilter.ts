import {
  validateDescriptor,
  type Connection,
  type NodeDescriptor,
  type PinDescriptor,
} from '../../src/main/engine/ks/descriptor.ts';
import { PortEvents } from '../../src/main/engine/ks/event.ts';
import { Filter, type FilterHost } from '../../src/main/engine/ks/filter.ts';
import { audioRange, KSDATAFORMAT_SUBTYPE } from '../../src/main/engine/ks/format.ts';
import { KSCATEGORY, KSNODETYPE, type Guid } from '../../src/main/engine/ks/guid.ts';
import type { PinInstance } from '../../src/main/engine/ks/pin.ts';
import type { AutomationTable, PropertyItem } from '../../src/main/engine/ks/property.ts';
import { KsError, type KsStatus } from '../../src/main/engine/ks/status.ts';
import { Tracer } from '../../src/main/engine/ks/trace.ts';
import { completeNode } from './completeNode.ts';
import { jack } from './testFilters.ts';

/** Filters by themselves, without an adapter around them: for the object model's own tests. */

/** PCM up to stereo, 16 bit, 44.1 to 48 kHz. */
export const PCM_RANGE = audioRange(KSDATAFORMAT_SUBTYPE.PCM, {
  maximumChannels: 2,
  minimumBitsPerSample: 16,
  maximumBitsPerSample: 16,
  minimumSampleFrequency: 44_100,
  maximumSampleFrequency: 48_000,
});

/** A pin factory clients stream to, with room for `instances` instances. */
export function streamPin(instances = 4, part: Partial<PinDescriptor> = {}): PinDescriptor {
  return {
    maxGlobalInstances: instances,
    maxFilterInstances: instances,
    minFilterInstances: 0,
    dataFlow: 'IN',
    communication: 'SINK',
    dataRanges: [PCM_RANGE],
    category: KSCATEGORY.AUDIO,
    name: null,
    ...part,
  };
}

/** A stream that knows its name. */
export interface TestStream {
  readonly name: string;
}

export interface KsFilterOptions {
  readonly pins?: readonly PinDescriptor[];
  readonly nodes?: readonly NodeDescriptor[];
  readonly connections?: readonly Connection[];
  readonly automation?: AutomationTable;
  readonly host?: Partial<FilterHost>;
  /** NewStream */
  opened?(stream: TestStream): void;
}

export const MINIPORT = { name: 'the miniport' };

/** Pin 0 takes streams, pin 1 is the speaker jack, unless told otherwise; the descriptor is checked like a port does. */
export function ksFilter(options: KsFilterOptions = {}) {
  const { pins = [streamPin(), jack('OUT', KSNODETYPE.SPEAKER)], nodes = [], connections = [] } = options;
  const descriptor = {
    pins,
    nodes,
    connections,
    categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER],
    ...(options.automation ? { automation: options.automation } : {}),
  };
  validateDescriptor(descriptor, 'Filter');
  const events = new PortEvents();
  const tracer = new Tracer();
  let opened = 0;
  const filter = new Filter({
    name: 'Filter',
    descriptor,
    events,
    tracer,
    miniport: MINIPORT,
    filterItems: [],
    allPins: new Set<PinInstance>(),
    physicalConnection: () => undefined,
    createPin: () => {
      const stream: TestStream = { name: `stream ${++opened}` };
      options.opened?.(stream);
      return { stream, setState: () => undefined, close: () => undefined };
    },
    ...options.host,
  });
  return { filter, events, tracer };
}

/** A filter whose node 0 is of the type, with the items given and what the type requires beyond them. */
export const nodeFilter = (type: Guid, ...items: PropertyItem[]): Filter =>
  ksFilter({ nodes: [completeNode(type, null, items)] }).filter;

/** The status an act ends with; undefined when it succeeds. Other errors are the test's failure. */
export function statusOf(act: () => unknown): KsStatus | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof KsError) return error.status;
    throw error;
  }
}
