import { KSPROPSETID } from '../guid.ts';
import { INPUT, property } from '../property.ts';
import { HANDLE } from '../wire/layout.ts';

/** KSPROPSETID_Stream as far as port drivers answer it, on pin handles. Specification 1.10. */
export const KSPROPERTY_STREAM = {
  ALLOCATOR: property(KSPROPSETID.Stream, 0, 'KSPROPERTY_STREAM_ALLOCATOR', INPUT.K, HANDLE),
  MASTERCLOCK: property(KSPROPSETID.Stream, 3, 'KSPROPERTY_STREAM_MASTERCLOCK', INPUT.K, HANDLE),
} as const;
