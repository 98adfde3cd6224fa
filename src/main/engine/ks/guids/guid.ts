/** GUIDs as upper-case strings without braces, so that equal GUIDs are equal strings. */

declare const brand: unique symbol;
export type Guid = string & { readonly [brand]: 'Guid' };

const PATTERN = /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$/;

/** Throws RangeError on text that is not a GUID; braces and lower case are accepted. */
export function guid(text: string): Guid {
  const upper = text.toUpperCase().replace(/^\{|\}$/g, '');
  if (!PATTERN.test(upper)) throw new RangeError(`“${text}” is not a GUID.`);
  return upper as Guid;
}

export const GUID_NULL = guid('00000000-0000-0000-0000-000000000000');
