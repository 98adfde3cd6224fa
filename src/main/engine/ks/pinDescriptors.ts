import type { DataFlow, PinDescriptor } from './descriptor.ts';
import { ANALOG_RANGE, type DataRange } from './format.ts';
import type { Guid } from './guid.ts';

/** The kinds of pins, described in the few words in which they differ. Specification 1.3. */

type Optional = Pick<PinDescriptor, 'nameText' | 'automation'>;

interface StreamPin extends Optional {
  readonly dataFlow: DataFlow;
  readonly dataRanges: readonly DataRange[];
  readonly category: Guid;
  readonly name?: Guid | null;
}

interface PhysicalPin extends Omit<Optional, 'automation'> {
  readonly dataFlow: DataFlow;
  readonly category: Guid;
  readonly name?: Guid | null;
  /** Analog unless said otherwise. */
  readonly dataRanges?: readonly DataRange[];
}

/** A pin that clients open, `instances` of them at the same time: KSPIN_COMMUNICATION_SINK. */
export const streamPin = (instances: number, pin: StreamPin): PinDescriptor => ({
  maxGlobalInstances: instances,
  maxFilterInstances: instances,
  minFilterInstances: 0,
  communication: 'SINK',
  name: null,
  ...pin,
});

/** An end of a physical connection, which nobody opens: KSPIN_COMMUNICATION_NONE. */
export const wirePin = (pin: PhysicalPin): PinDescriptor => ({
  ...WITHOUT_INSTANCES,
  communication: 'NONE',
  ...pin,
});

/** A jack of the device: KSPIN_COMMUNICATION_BRIDGE. */
export const jackPin = (pin: PhysicalPin): PinDescriptor => ({
  ...WITHOUT_INSTANCES,
  communication: 'BRIDGE',
  ...pin,
});

const WITHOUT_INSTANCES = {
  maxGlobalInstances: 0,
  maxFilterInstances: 0,
  minFilterInstances: 0,
  dataRanges: [ANALOG_RANGE],
  name: null,
} as const;
