import { CLSID } from '../../ks/guid.ts';
import type { PortEvents } from '../../ks/event.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import { KsError } from '../../ks/status.ts';
import { Port, type Miniport } from './port.ts';

/** IMiniportTopology. Specification 3.7. */
export interface MiniportTopology extends Miniport {
  /** Init: `events` is the port's IPortEvents, for telling changes made by hardware. */
  init(events: PortEvents): void;
}

/** The Topology port: no streams, no service group; all work is in node property handlers. */
export class PortTopology extends Port<MiniportTopology> {
  readonly classId = CLSID.PortTopology;

  protected override initMiniport(miniport: MiniportTopology): void {
    miniport.init(this.events);
  }

  override createPin(): PinInstanceParts {
    throw new KsError('STATUS_INVALID_DEVICE_REQUEST', 'A topology filter never instantiates pins.');
  }
}
