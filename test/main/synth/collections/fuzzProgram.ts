/**
 * Reads mutated banks in a process of its own, whose heap is as small as the files allow, and prints a summary as
 * JSON: `fuzzProgram.ts CASES SEED KEPT VORBIS_FILE [BANK...]`. KEPT is a JSON file of banks in Base64.
 */
import fs from 'node:fs';
import { fuzzBanks } from './fuzzBanks.ts';

const [cases = '100', seed = '1', keptFile, vorbisFile, ...files] = process.argv.slice(2);
const bytesOf = (file: string): Uint8Array => new Uint8Array(fs.readFileSync(file));
const kept = JSON.parse(fs.readFileSync(keptFile!, 'utf8')) as string[];
const summary = await fuzzBanks({
  cases: Number(cases),
  seed: Number(seed),
  kept: kept.map((text) => new Uint8Array(Buffer.from(text, 'base64'))),
  vorbis: bytesOf(vorbisFile!),
  banks: files.map(bytesOf),
});
process.stdout.write(JSON.stringify(summary));
