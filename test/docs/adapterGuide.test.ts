import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

/** The adapter of docs/driver-model.md, taken out of the page into an empty folder and run. */

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/driver-model.md'), 'utf8');
/** What the page's code sees of the project: the engine, the contract and the packages. */
const SEEN = ['src/contract', 'src/main/engine', 'node_modules'];
const NODE = path.join(root, 'node_modules/.bin/node');
const TSC = path.join(root, 'node_modules/typescript/bin/tsc');

/** Code blocks that name their file, in order. */
const files = [...page.matchAll(/^```ts (\S+)\n(.*?)^```$/gms)].map(([, name, code]) => ({
  name: name!,
  code: code!,
}));
const [, printed] = /^```text\n(.*?)^```$/ms.exec(page)!;

const project = mkdtempSync(path.join(tmpdir(), 'adapter-'));
const adapter = path.join(project, 'src/main/adapters/amplifier');
afterAll(() => rmSync(project, { recursive: true }));

for (const folder of SEEN) {
  mkdirSync(path.dirname(path.join(project, folder)), { recursive: true });
  symlinkSync(path.join(root, folder), path.join(project, folder));
}
mkdirSync(adapter, { recursive: true });
for (const { name, code } of files) writeFileSync(path.join(adapter, name), code);
writeFileSync(path.join(project, 'package.json'), JSON.stringify({ type: 'module' }));
writeFileSync(
  path.join(project, 'tsconfig.json'),
  JSON.stringify({
    extends: path.join(root, 'tsconfig.base.json'),
    compilerOptions: { types: ['node'], preserveSymlinks: true },
    include: ['src/main/adapters'],
  }),
);

describe('the page on the driver model', () => {
  it('has an adapter of at most 60 lines', () => {
    expect(files.map(({ name }) => name)).toEqual(['amplifier.ts', 'try.ts']);
    expect(files[0]!.code.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  });

  it('shows what its code prints', async () => {
    const { stdout } = await run(NODE, [path.join(adapter, 'try.ts')]);
    expect(stdout).toBe(printed);
  });

  it('shows code that the type check takes', async () => {
    const { stdout } = await run(NODE, [TSC, '--noEmit', '-p', project]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  }, 60_000);
});
