import { describe, expect, it } from 'vitest';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { KSPROPERTY_AUDIO } from '../../../../src/main/engine/ks/properties/audio.ts';
import { dataFormatLayout } from '../../../../src/main/engine/ks/wire/formats.ts';
import {
  BOOL,
  BYTES,
  FLOAT,
  GUID_LAYOUT,
  LONG,
  NOTHING,
  ULONG,
  UTF16,
  type Layout,
} from '../../../../src/main/engine/ks/wire/layout.ts';
import { KsError } from '../../../../src/main/engine/ks/status.ts';
import { fromJson, toJson } from '../../../../src/main/services/topology/propertyJson.ts';

const refused = (layout: Layout<never> | Layout<unknown>, json: unknown): boolean => {
  try {
    fromJson(layout as Layout<unknown>, json);
    return false;
  } catch (error) {
    return error instanceof KsError && error.status === 'STATUS_INVALID_PARAMETER';
  }
};

describe('property values as JSON', () => {
  it('come back as they were', () => {
    const table = [
      { mute: true, level: -0x10000 },
      { mute: false, level: 0 },
    ];
    const both = (layout: Layout<unknown>, json: unknown) =>
      expect(toJson(fromJson(layout, json))).toEqual(json);
    both(LONG, -5);
    both(BOOL, true);
    both(UTF16, 'Höhe');
    both(NOTHING, null);
    both(BYTES, '00ff10');
    both(KSPROPERTY_AUDIO.MIX_LEVEL_TABLE.value, table);
    both(dataFormatLayout, toJson(pcmFormat(2, 48_000, 16)));
  });

  it('takes GUIDs in either case and floats as near as they come', () => {
    const id = '3a5acc00-c557-11d0-8a2b-00a0c9255ac1';
    expect(fromJson(GUID_LAYOUT, id)).toBe(id.toUpperCase());
    expect(fromJson(FLOAT, 0.1)).toBe(Math.fround(0.1));
  });

  it.each([
    ['a negative ULONG', ULONG, -1],
    ['a LONG of 33 bits', LONG, 2 ** 32],
    ['a fraction', LONG, 1.5],
    ['text for a number', ULONG, '5'],
    ['a number for a switch', BOOL, 1],
    ['a number for text', UTF16, 5],
    ['text that is no GUID', GUID_LAYOUT, 'volume'],
    ['no GUID', GUID_LAYOUT, null],
    ['odd hexadecimal digits', BYTES, '123'],
    ['a value where there is none', NOTHING, 5],
    ['a missing field', KSPROPERTY_AUDIO.DYNAMIC_RANGE.value, { quietCompression: 1 }],
    [
      'a surplus field',
      KSPROPERTY_AUDIO.DYNAMIC_RANGE.value,
      { quietCompression: 1, loudCompression: 2, more: 3 },
    ],
    ['a structure for a list', KSPROPERTY_AUDIO.EQ_BANDS.value, { 0: 100 }],
    ['half a format', dataFormatLayout, { majorFormat: 'x' }],
  ])('refuses %s', (_what, layout, json) => {
    expect(refused(layout as Layout<unknown>, json)).toBe(true);
  });
});
