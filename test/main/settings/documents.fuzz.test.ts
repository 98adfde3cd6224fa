import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settingsSchema } from '../../../src/contract/services/settings.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { ProfileStore, profilesSchema } from '../../../src/main/settings/profileStore.ts';
import { SettingsStore } from '../../../src/main/settings/settingsStore.ts';
import { machineStateSchema, StateStore } from '../../../src/main/settings/stateStore.ts';
import { pinwheelInProcess } from '../../support/pinwheelInProcess.ts';
import { schemaArbitrary } from '../../support/schemaArbitrary.ts';
import { fuzz } from '../../support/fuzzing.ts';

/**
 * Files as somebody, or something, left them: documents that fit their schema, nearly fit it, are of another version,
 * and text that was cut, changed or doubled. Whatever it is, the program starts; what it could not use is kept aside
 * byte for byte and told in a notice; what it could use is used, and saved again as it was.
 */

let home: string;
let paths: ReturnType<typeof appPaths>;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'documents-fuzz-'));
  paths = appPaths({ PINWHEEL_HOME: home });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

type AnySchema = v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>;
const WORDS = ['default', 'null', 'master', 'sink:speakers', 'de', '1', '__proto__', ''];

const STORES = [
  { name: 'settings', file: 'settingsFile', schema: settingsSchema, open: () => SettingsStore.open(paths) },
  { name: 'profiles', file: 'profilesFile', schema: profilesSchema, open: () => ProfileStore.open(paths) },
  { name: 'state', file: 'stateFile', schema: machineStateSchema, open: () => StateStore.open(paths) },
] as const;

/** What JSON can say of it. */
const asJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? String(part) : part instanceof Uint8Array ? [...part] : part,
  ) ?? 'null';

/** The text of a file: a document, and what became of it. */
function fileOf(format: string, schema: AnySchema): Arbitrary<Uint8Array> {
  const document = fc.record({
    format: fc.oneof(
      { weight: 9, arbitrary: fc.constant<unknown>(format) },
      fc.constantFrom('', 'pinwheel', 7),
    ),
    version: fc.oneof(
      { weight: 9, arbitrary: fc.constant<unknown>(1) },
      fc.constantFrom(0, 2, 1.5, '1', null),
    ),
    data: schemaArbitrary(schema, WORDS),
  });
  const accident = fc.oneof(
    { weight: 4, arbitrary: fc.constant((bytes: Buffer) => bytes) },
    fc
      .double({ min: 0, max: 1, noNaN: true })
      .map((part) => (bytes: Buffer) => bytes.subarray(0, bytes.length * part)),
    fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, bits]) => (bytes: Buffer) => {
      const changed = Buffer.from(bytes);
      changed[at % changed.length]! ^= bits;
      return changed;
    }),
    fc.constant((bytes: Buffer) => Buffer.concat([bytes, bytes])),
    fc.constant((bytes: Buffer) => Buffer.concat([Buffer.from('\ufeff'), bytes])),
    fc.nat(2_000).map((length) => () => Buffer.alloc(length)),
  );
  return fc.tuple(document, accident).map(([value, befalls]) => befalls(Buffer.from(asJson(value))));
}

/** Data that the schema takes once it was in a file. */
const fitting = (schema: AnySchema) =>
  schemaArbitrary(schema, WORDS).filter((value) => v.is(schema, JSON.parse(asJson(value))));

describe.each(STORES)('the file of $name', ({ name, file, schema, open }) => {
  it('is used as it is, or kept as it is', { tags: 'fuzz' }, async () => {
    const place = paths[file];
    let used = 0;
    let kept = 0;
    await fuzz(
      `settings/file-of-${name}`,
      fc.asyncProperty(fileOf(`pinwheel-${name}`, schema as unknown as AnySchema), async (bytes) => {
        for (const left of readdirSync(home)) rmSync(path.join(home, left), { recursive: true });
        writeFileSync(place, bytes);
        const store = await open();
        const [notice] = store.notices;
        await store.dispose();
        if (notice === undefined) {
          used++;
          expect(readFileSync(place).equals(bytes)).toBe(true);
          const { data } = JSON.parse(Buffer.from(bytes).toString()) as { data: unknown };
          expect(v.is(schema as unknown as AnySchema, data)).toBe(true);
          return;
        }
        kept++;
        expect(notice.message).toContain(place);
        const newer = notice.id.endsWith(':newer');
        expect(readFileSync(newer ? place : `${place}.corrupt-1`).equals(bytes)).toBe(true);
      }),
      { normal: 120, fuzz: 15_000 },
    );
    expect(used).toBeGreaterThan(2);
    expect(kept).toBeGreaterThan(2);
  });
});

describe('the program', () => {
  it(
    'starts with any settings, profiles and levels that fit their schemas, and serves them',
    { tags: 'fuzz' },
    async () => {
      await fuzz(
        'settings/program-starts',
        fc.asyncProperty(
          fc.tuple(...STORES.map(({ schema }) => fitting(schema as unknown as AnySchema))),
          async (documents) => {
            STORES.forEach(({ name, file }, at) => {
              writeFileSync(
                paths[file],
                asJson({ format: `pinwheel-${name}`, version: 1, data: documents[at] }),
              );
            });
            const pinwheel = await pinwheelInProcess(home, { sound: false });
            const { implementations } = pinwheel.served;
            expect(v.is(settingsSchema, await implementations.settings.get())).toBe(true);
            await implementations.profiles.getState();
            const { devices } = await implementations.mixer.getSnapshot();
            expect(devices).not.toEqual([]);
            await implementations.topology.getSnapshot();
            await pinwheel.dispose();
          },
        ),
        { normal: 30, fuzz: 1_000 },
      );
    },
  );
});
