import type { StreamState } from '../../../../contract/hardware.ts';
import type { DataFormat } from '../format.ts';
import { KSPROPSETID } from '../guid.ts';
import { INPUT, property } from '../property.ts';
import { choice } from '../wire/layout.ts';
import { dataFormatLayout } from '../wire/formats.ts';

/** KSSTATE */
export const KSSTATE: Readonly<Record<StreamState, number>> = { STOP: 0, ACQUIRE: 1, PAUSE: 2, RUN: 3 };

const SET = KSPROPSETID.Connection;

/** KSPROPSETID_Connection, on pin handles. RULE-1: the state can be got and set. Specification 1.10. */
export const KSPROPERTY_CONNECTION = {
  STATE: property(SET, 0, 'KSPROPERTY_CONNECTION_STATE', INPUT.K, choice<StreamState>('KSSTATE', KSSTATE)),
  DATAFORMAT: property<undefined, DataFormat>(
    SET,
    2,
    'KSPROPERTY_CONNECTION_DATAFORMAT',
    INPUT.K,
    dataFormatLayout,
  ),
  PROPOSEDATAFORMAT: property<undefined, DataFormat>(
    SET,
    4,
    'KSPROPERTY_CONNECTION_PROPOSEDATAFORMAT',
    INPUT.K,
    dataFormatLayout,
  ),
} as const;
