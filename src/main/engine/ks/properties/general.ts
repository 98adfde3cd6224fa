import { KSPROPSETID } from '../guid.ts';
import { INPUT, property } from '../property.ts';
import { GUID_LAYOUT, struct, ULONG } from '../wire/layout.ts';

/** KSCOMPONENTID: who made the filter, and its version. */
export const componentIdLayout = struct('KSCOMPONENTID', {
  manufacturer: GUID_LAYOUT,
  product: GUID_LAYOUT,
  component: GUID_LAYOUT,
  name: GUID_LAYOUT,
  version: ULONG,
  revision: ULONG,
});
export type ComponentId = ReturnType<typeof componentIdLayout.decode>;

/** KSPROPSETID_General. Specification 1.10. */
export const KSPROPERTY_GENERAL = {
  COMPONENTID: property(KSPROPSETID.General, 0, 'KSPROPERTY_GENERAL_COMPONENTID', INPUT.K, componentIdLayout),
} as const;
