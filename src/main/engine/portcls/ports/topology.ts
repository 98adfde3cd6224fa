import { CLSID, KSCATEGORY, type Guid } from '../../ks/guid.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import { KsError } from '../../ks/status.ts';
import { Port, type Miniport, type MiniportInit, type PortServices } from './port.ts';

/** IMiniportTopology. Specification 3.7. */
export interface MiniportTopology extends Miniport {
  /** Init: `port.events` is the port's IPortEvents, for telling changes made by hardware. */
  init(context: MiniportInit<PortTopology>): void;
}

/** The Topology port: no streams, no service group; all work is in node property handlers. */
export class PortTopology extends Port<MiniportTopology> {
  readonly classId = CLSID.PortTopology;

  protected override get defaultCategories(): readonly Guid[] {
    return [KSCATEGORY.AUDIO, KSCATEGORY.TOPOLOGY];
  }

  protected override initMiniport(miniport: MiniportTopology, { adapter, resources }: PortServices): void {
    miniport.init({ adapter, resources, port: this });
  }

  override createPin(): PinInstanceParts {
    throw new KsError('STATUS_INVALID_DEVICE_REQUEST', 'A topology filter never instantiates pins.');
  }
}
