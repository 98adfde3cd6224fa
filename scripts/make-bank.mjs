/**
 * Synthesizes the built-in General MIDI collection and writes it as a DLS file: `node scripts/make-bank.mjs [FILE]`,
 * by default out/banks/general-midi.dls. The build runs it and the tests call it; it needs the project's Node, which
 * runs TypeScript, and does nothing while the file is what the sources say.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '..');
const sources = path.join(root, 'src/main/synth/collections');

/** @param {string} [file] */
export async function makeBank(file = path.join(root, 'out/banks/general-midi.dls')) {
  const stampFile = `${file}.stamp`;
  const stamp = sourceKey();
  if (fs.existsSync(file) && readText(stampFile) === stamp) return;
  const { buildStandardBank } =
    await import('../src/main/synth/collections/standardBank/buildStandardBank.ts');
  const { writeDls } = await import('../src/main/synth/collections/dls/writeDls.ts');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // Under another name first: somebody may be reading it.
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, writeDls(buildStandardBank()));
  fs.renameSync(temporary, file);
  fs.writeFileSync(stampFile, stamp);
}

/** Vitest's global setup: tests run the sources. */
export default async function setup() {
  await makeBank();
}

/** Hash of everything the collection is made from. */
function sourceKey() {
  const hash = createHash('sha256').update(fs.readFileSync(import.meta.filename));
  for (const name of fs.readdirSync(sources, { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.endsWith('.ts')) hash.update(`${name}\0`).update(fs.readFileSync(path.join(sources, name)));
  }
  return hash.digest('hex');
}

/** @param {string} name */
function readText(name) {
  try {
    return fs.readFileSync(name, 'utf8');
  } catch {
    return undefined;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , file] = process.argv;
  await makeBank(file === undefined ? undefined : path.resolve(file));
}
