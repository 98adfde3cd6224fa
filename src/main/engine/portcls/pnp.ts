/** Resource rebalance. Specification 8.6. */

/** PC_REBALANCE_TYPE: what may be moved while the driver stays loaded. */
export type RebalanceType = 'PcRebalanceNotSupported' | 'PcRebalanceRemoveSubdevices';

/** IAdapterPnpManagement, registered with PcRegisterAdapterPnpManagement. */
export interface AdapterPnpManagement {
  getSupportedRebalanceType(): RebalanceType;
  pnpQueryStop(): void;
  pnpCancelStop(): void;
  pnpStop(): void;
}
