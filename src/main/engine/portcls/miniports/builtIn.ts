import { CLSID } from '../../ks/guid.ts';
import type { PortCls } from '../portcls.ts';
import { MiniportDMusUart } from './uart/dmusUart.ts';
import { MiniportUart } from './uart/uart.ts';

/** Makes the miniports of the engine available to PcNewMiniport. @throws KsError STATUS_OBJECT_NAME_COLLISION */
export function offerBuiltInMiniports(portCls: PortCls): void {
  portCls.offerMiniport(CLSID.MiniportDriverUart, () => new MiniportUart());
  portCls.offerMiniport(CLSID.MiniportDriverDMusUART, () => new MiniportDMusUart());
  portCls.offerMiniport(CLSID.MiniportDriverDMusUARTCapture, () => new MiniportDMusUart());
}
