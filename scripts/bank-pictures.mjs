/**
 * Draws the built-in collection: a spectrogram of every program (key 60, velocity 127, held for 2.5 of 3 seconds) and
 * of every drum, `node_modules/.bin/node scripts/bank-pictures.mjs [FILE]`, by default out/bank.png. 16 to a row:
 * programs 0 to 127, then keys 35 to 81. Up is frequency, 40 Hz to 14 kHz; bright is loud.
 */
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { ensureKernel } from './kernel.mjs';

const COLUMNS = 16;
const WIDTH = 150;
const HEIGHT = 110;
const GAP = 4;
const RATE = 44_100;
const WINDOW = 2048;
const LOWEST = 40;
const HIGHEST = 14_000;
/** dBFS of black and of white. */
const DARK = -110;
const LIGHT = -35;

const root = path.resolve(import.meta.dirname, '..');
const file = path.resolve(process.argv[2] ?? path.join(root, 'out/bank.png'));

await ensureKernel();
const { buildStandardBank } = await import('../src/main/synth/collections/standardBank/buildStandardBank.ts');
const { LoadedCollection } = await import('../src/main/synth/loadedCollection.ts');
const { SynthDevice } = await import('../src/main/synth/synthDevice.ts');

const device = new SynthDevice();
device.setCollections([LoadedCollection.load(buildStandardBank(), device.memory)]);
const synth = device.open({ sampleRate: RATE, effects: { reverb: false, chorus: false } });

/** @param {number} channel @param {number} program @param {number} key @param {number} seconds */
function listen(channel, program, key, seconds) {
  const frames = Math.round(seconds * RATE);
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  const send = (/** @type {number[]} */ ...bytes) => synth.send(Uint8Array.from(bytes), 0, bytes.length);
  send(0xb0 | channel, 120, 0);
  synth.render(new Float32Array(4410), new Float32Array(4410), 0, 4410);
  send(0xc0 | channel, program);
  send(0x90 | channel, key, 127);
  const held = Math.round((seconds - 0.5) * RATE);
  synth.render(left, right, 0, held);
  send(0x80 | channel, key, 0);
  synth.render(left, right, held, frames - held);
  return left.map((value, frame) => (value + (right[frame] ?? 0)) / 2);
}

const sounds = [
  ...Array.from({ length: 128 }, (_, program) => listen(0, program, 60, 3)),
  ...Array.from({ length: 47 }, (_, index) => listen(9, 0, 35 + index, 1.5)),
];
device.dispose();

const probes = Array.from({ length: HEIGHT }, (_, row) => probe(row));
const rows = Math.ceil(sounds.length / COLUMNS);
const width = COLUMNS * (WIDTH + GAP);
const height = rows * (HEIGHT + GAP);
const pixels = new Uint8Array(width * height).fill(64);
sounds.forEach((sound, index) => {
  const x = (index % COLUMNS) * (WIDTH + GAP);
  const y = Math.floor(index / COLUMNS) * (HEIGHT + GAP);
  for (let column = 0; column < WIDTH; column++) {
    const levels = levelsAt(sound, Math.floor((column * (sound.length - WINDOW)) / WIDTH));
    levels.forEach((level, row) => {
      const light = Math.min(1, Math.max(0, (level - DARK) / (LIGHT - DARK)));
      pixels[(y + HEIGHT - 1 - row) * width + x + column] = Math.round(255 * light);
    });
  }
});
fs.mkdirSync(path.dirname(file), { recursive: true });
fs.writeFileSync(file, png(pixels, width, height));

/**
 * dBFS at each row's frequency.
 *
 * @param {Float32Array} sound
 * @param {number} start
 */
function levelsAt(sound, start) {
  return probes.map(({ cosine, sine }) => {
    let x = 0;
    let y = 0;
    for (let index = 0; index < cosine.length; index++) {
      const sample = sound[start + index] ?? 0;
      x += sample * (cosine[index] ?? 0);
      y += sample * (sine[index] ?? 0);
    }
    return 20 * Math.log10((4 * Math.hypot(x, y)) / cosine.length + 1e-9);
  });
}

/**
 * A wave of the row's frequency in a Hann window as long as the row's resolution needs.
 *
 * @param {number} row
 */
function probe(row) {
  const frequency = LOWEST * (HIGHEST / LOWEST) ** (row / (HEIGHT - 1));
  const length = Math.min(WINDOW, Math.round((24 * RATE) / frequency));
  const cosine = new Float32Array(length);
  const sine = new Float32Array(length);
  for (let index = 0; index < length; index++) {
    const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / length);
    const angle = (2 * Math.PI * frequency * index) / RATE;
    cosine[index] = weight * Math.cos(angle);
    sine[index] = weight * Math.sin(angle);
  }
  return { cosine, sine };
}

/**
 * A grey picture of 8 bits.
 *
 * @param {Uint8Array} grey
 * @param {number} columns
 * @param {number} lines
 */
function png(grey, columns, lines) {
  const raw = Buffer.alloc(lines * (columns + 1));
  for (let line = 0; line < lines; line++) {
    raw.set(grey.subarray(line * columns, (line + 1) * columns), line * (columns + 1) + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(lines, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', zlib.deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(zlib.crc32(body), body.length + 4);
  return whole;
}
