import type { StreamState } from '../../../../contract/hardware.ts';
import type { DataFormat } from '../format.ts';
import { KSPROPSETID } from '../guid.ts';
import { INPUT, property } from '../property.ts';
import { BOOL, BYTES, choice, RESERVED, struct, ULONG } from '../wire/layout.ts';
import { dataFormatLayout } from '../wire/formats.ts';

/** KSSTATE */
export const KSSTATE: Readonly<Record<StreamState, number>> = { STOP: 0, ACQUIRE: 1, PAUSE: 2, RUN: 3 };

const SET = KSPROPSETID.Connection;

/** KSPROPSETID_Connection, on pin handles. RULE-1: the state can be got and set. Specification 1.10. */
export const KSPROPERTY_CONNECTION = {
  STATE: property(SET, 0, 'KSPROPERTY_CONNECTION_STATE', INPUT.K, choice<StreamState>('KSSTATE', KSSTATE)),
  PRIORITY: property(
    SET,
    1,
    'KSPROPERTY_CONNECTION_PRIORITY',
    INPUT.K,
    struct('KSPRIORITY', { priorityClass: ULONG, prioritySubClass: ULONG }),
  ),
  DATAFORMAT: property<undefined, DataFormat>(
    SET,
    2,
    'KSPROPERTY_CONNECTION_DATAFORMAT',
    INPUT.K,
    dataFormatLayout,
  ),
  ALLOCATORFRAMING: property(
    SET,
    3,
    'KSPROPERTY_CONNECTION_ALLOCATORFRAMING',
    INPUT.K,
    struct('KSALLOCATOR_FRAMING', {
      optionsFlags: ULONG,
      poolType: ULONG,
      frames: ULONG,
      frameSize: ULONG,
      fileAlignment: ULONG,
      reserved: RESERVED,
    }),
  ),
  PROPOSEDATAFORMAT: property<undefined, DataFormat>(
    SET,
    4,
    'KSPROPERTY_CONNECTION_PROPOSEDATAFORMAT',
    INPUT.K,
    dataFormatLayout,
  ),
  ACQUIREORDERING: property(SET, 5, 'KSPROPERTY_CONNECTION_ACQUIREORDERING', INPUT.K, BOOL),
  /** KSALLOCATOR_FRAMING_EX */
  ALLOCATORFRAMING_EX: property(SET, 6, 'KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX', INPUT.K, BYTES),
  /** KSRELATIVEEVENT */
  STARTAT: property(SET, 7, 'KSPROPERTY_CONNECTION_STARTAT', INPUT.K, BYTES),
} as const;
