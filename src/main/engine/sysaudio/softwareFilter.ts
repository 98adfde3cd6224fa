import { PortEvents } from '../ks/event.ts';
import { Filter } from '../ks/filter.ts';
import type { FilterDescriptor } from '../ks/descriptor.ts';
import type { DataFormat } from '../ks/format.ts';
import type { PinInstanceParts } from '../ks/pin.ts';
import type { Tracer } from '../ks/trace.ts';

/**
 * A filter of the system's own software: the system mixer, the splitter, optional effects. It stands on no adapter
 * and has no port driver; SysAudio opens an instance of it for every graph that needs one. Specification 5.
 */
export interface SoftwareFilterClass {
  readonly name: string;
  readonly descriptor: FilterDescriptor;
  /** Opens an instance of its own, with its own pins. `label` tells it apart from the others of its class. */
  open(label: string, services: SystemServices): Filter;
}

/** What SysAudio gives the filters it opens. */
export interface SystemServices {
  readonly tracer: Tracer;
  /** A pin instance came, went or changed its state. */
  pinsChanged(): void;
}

/** A filter instance without a port driver. */
export function openSoftwareFilter(options: {
  readonly name: string;
  readonly descriptor: FilterDescriptor;
  readonly services: SystemServices;
  /** What handlers get as their major target. */
  readonly target: unknown;
  /** Creates the stream behind a pin instance. @throws KsError */
  createPin(pinId: number, format: DataFormat): PinInstanceParts;
}): Filter {
  return new Filter({
    name: options.name,
    path: `system/${options.name}`,
    descriptor: options.descriptor,
    events: new PortEvents(),
    tracer: options.services.tracer,
    miniport: options.target,
    filterItems: [],
    allPins: new Set(),
    pinsChanged: () => options.services.pinsChanged(),
    physicalConnection: () => undefined,
    createPin: (pinId, format) => options.createPin(pinId, format),
  });
}
