/**
 * Compiles the synthesizer's voice kernel, src/main/synth/kernel/assembly/, to the module kernelBinary.js next to it.
 * The module is not in the repository; whoever runs the project from source makes it first, which takes two seconds
 * and is skipped while it is what the sources say.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'src/main/synth/kernel');
const binary = path.join(folder, 'kernelBinary.js');

/** Hash of everything the binary is made from. */
function sourceKey() {
  const hash = createHash('sha256').update(fs.readFileSync(import.meta.filename));
  const assembly = path.join(folder, 'assembly');
  const compiler = path.join(root, 'node_modules/assemblyscript/package.json');
  const sources = fs.readdirSync(assembly).sort();
  for (const file of [
    ...sources.map((name) => path.join(assembly, name)),
    path.join(folder, 'layout.ts'),
    compiler,
  ])
    hash.update(`${path.basename(file)}\0`).update(fs.readFileSync(file));
  return hash.digest('hex');
}

/**
 * Compiles the kernel when it is missing or stale.
 *
 * @returns {Promise<boolean>} Whether there was anything to do.
 * @throws {Error} With the compiler's messages.
 */
export async function ensureKernel() {
  const stamp = `// Made by scripts/kernel.mjs from ${sourceKey()}\n`;
  try {
    if (fs.readFileSync(binary, 'utf8').startsWith(stamp)) return false;
  } catch {
    // Not there yet.
  }
  // Not known to the type checker: the compiler's declarations replace those of the console and more.
  const compiler = 'assemblyscript/asc';
  const { default: asc } = await import(compiler);
  /** @type {Uint8Array | undefined} */
  let bytes;
  const { error, stderr } = await asc.main(
    [
      'assembly/index.ts',
      '--outFile',
      'kernel.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      '--noExportMemory',
      '--enable',
      'simd',
    ],
    {
      readFile: (/** @type {string} */ name, /** @type {string} */ base) => {
        const file = path.resolve(folder, base ?? '', name);
        return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
      },
      writeFile: (/** @type {string} */ name, /** @type {unknown} */ contents) => {
        if (name === 'kernel.wasm' && contents instanceof Uint8Array) bytes = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || bytes === undefined)
    throw new Error(`The voice kernel cannot be compiled.\n${stderr.toString()}`, { cause: error });
  const text = `${stamp}export const KERNEL_BASE64 =\n  '${Buffer.from(bytes).toString('base64')}';\n`;
  // Written under another name first: somebody else may be reading it or writing the same.
  const temporary = `${binary}.${process.pid}`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, binary);
  return true;
}

/** Vitest's global setup: tests run the sources. */
export default async function setup() {
  await ensureKernel();
}
