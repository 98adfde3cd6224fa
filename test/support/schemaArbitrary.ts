import fc, { type Arbitrary } from 'fast-check';
import type * as v from 'valibot';

/**
 * Values for a valibot schema: ones that it takes, ones that are wrong in one place, and ones that have nothing to do
 * with it. A kind of schema that is not known here is an error, so that none is left out silently.
 */

/** What the fuzz tests know of a schema at run time. */
interface AnySchema {
  readonly type: string;
  readonly [part: string]: unknown;
}

type Schema = v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>;

/** Numbers that programs trip over. */
const NUMBERS = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 16 }) },
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(-1, -0, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, 1e308, -1e308, NaN, Infinity, -Infinity),
);

/** Anything a structured clone or JSON can bring. */
export const garbage: Arbitrary<unknown> = fc.oneof(
  NUMBERS,
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    undefined,
    null,
    true,
    false,
    '',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '\u0000',
    '🎚',
  ),
  fc.uint8Array({ maxLength: 64 }),
  fc.bigInt(),
  fc.array(fc.jsonValue(), { maxLength: 4 }),
  fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString')),
    fc.jsonValue(),
    {
      maxKeys: 4,
    },
  ),
  // Deeper than anybody nests.
  fc.integer({ min: 1, max: 60 }).map((depth) => {
    let value: unknown = 0;
    for (let level = 0; level < depth; level++) value = [value];
    return value;
  }),
);

/** `words` are strings that mean something to the program, such as the names of its devices. */
export function schemaArbitrary(schema: Schema, words: readonly string[]): Arbitrary<unknown> {
  const valid = arbitraryOf(schema as unknown as AnySchema, words, false);
  const nearly = arbitraryOf(schema as unknown as AnySchema, words, true);
  return fc.oneof({ weight: 5, arbitrary: valid }, { weight: 3, arbitrary: nearly }, garbage);
}

/** `wrong`: now and then something else stands in a place. */
function arbitraryOf(schema: AnySchema, words: readonly string[], wrong: boolean): Arbitrary<unknown> {
  const right = rightArbitrary(schema, words, wrong);
  return wrong ? fc.oneof({ weight: 6, arbitrary: right }, garbage) : right;
}

function rightArbitrary(schema: AnySchema, words: readonly string[], wrong: boolean): Arbitrary<unknown> {
  const inside = (part: unknown) => arbitraryOf(part as AnySchema, words, wrong);
  const entries = (parts: unknown) =>
    Object.entries(parts as Record<string, AnySchema>).map(([key, part]) => [key, part] as const);
  const text = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...words) },
    fc.string({ maxLength: 30 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
  );
  switch (schema.type) {
    case 'string':
      return text;
    case 'number':
      return within(schema);
    case 'boolean':
      return fc.boolean();
    case 'literal':
      return fc.constant(schema['literal']);
    case 'picklist':
      return fc.constantFrom(...(schema['options'] as unknown[]));
    case 'null':
      return fc.constant(null);
    case 'unknown':
    case 'any':
      return garbage;
    case 'instance':
      return fc.uint8Array({ maxLength: 2_000 });
    case 'nullable':
      return fc.oneof(fc.constant(null), inside(schema['wrapped']));
    case 'optional':
    case 'exact_optional':
      return inside(schema['wrapped']);
    case 'array':
      return fc.array(inside(schema['item']), { maxLength: 6 });
    case 'record':
      return fc.dictionary(text, inside(schema['value']), { maxKeys: 5 });
    case 'tuple':
    case 'strict_tuple':
      return fc.tuple(...(schema['items'] as unknown[]).map(inside));
    case 'union':
    case 'variant':
      return fc.oneof(...(schema['options'] as unknown[]).map(inside));
    case 'object':
    case 'loose_object':
    case 'strict_object': {
      const fields = entries(schema['entries']);
      const optional = (part: AnySchema) => part.type === 'optional' || part.type === 'exact_optional';
      return fc.record(Object.fromEntries(fields.map(([key, part]) => [key, inside(part)])), {
        requiredKeys: fields.filter(([, part]) => !optional(part)).map(([key]) => key),
      });
    }
    default:
      throw new Error(`There are no values for a schema of type “${schema.type}”.`);
  }
}

/** Numbers inside what the schema's pipe asks for. */
function within(schema: AnySchema): Arbitrary<number> {
  const actions = (schema['pipe'] as { type: string; requirement?: number }[] | undefined) ?? [];
  const requirement = (type: string) => actions.find((action) => action.type === type)?.requirement;
  const isWhole = actions.some(({ type }) => type === 'integer' || type === 'safe_integer');
  const min = requirement('min_value') ?? -1_000_000;
  const max = requirement('max_value') ?? Math.max(1_000_000, min);
  const any = isWhole
    ? fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
    : fc.double({ min, max, noNaN: true });
  const small = fc.integer({ min: 0, max: 12 }).map((value) => Math.min(max, Math.max(min, value)));
  return fc.oneof(any, small, fc.constantFrom(min, max));
}
