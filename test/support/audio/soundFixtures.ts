import { execFileSync } from 'node:child_process';

/** Sound files for tests, made by ffmpeg from sound that a seed makes. */

export interface SoundOptions {
  readonly seed: number;
  readonly rate: number;
  readonly channels: number;
  readonly seconds: number;
}

/** Chords, sweeps and noise: interleaved 32-bit floats, every channel its own. */
export function sound({ seed, rate, channels, seconds }: SoundOptions): Float32Array {
  const frames = Math.round(rate * seconds);
  const samples = new Float32Array(frames * channels);
  let state = seed >>> 0 || 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let channel = 0; channel < channels; channel++) {
    const tones = Array.from({ length: 4 }, () => ({
      turn: (2 * Math.PI * (80 + 3_000 * random() ** 2)) / rate,
      sweep: (random() - 0.5) / rate / rate,
      phase: 2 * Math.PI * random(),
    }));
    for (let frame = 0; frame < frames; frame++) {
      let value = 0.04 * (random() - 0.5);
      for (const { turn, sweep, phase } of tones) {
        value += 0.15 * Math.sin(phase + turn * frame + 100 * sweep * frame * frame);
      }
      samples[frame * channels + channel] = value;
    }
  }
  return samples;
}

/** Sample formats of ffmpeg, without their byte order. */
export type RawFormat = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64';

/** Sound into a file: `args` describe what ffmpeg writes, its path last. */
export function encode(options: SoundOptions, args: readonly string[]): void {
  encodeSamples(sound(options), options, args);
}

/** Interleaved samples into a file. */
export function encodeSamples(
  samples: Float32Array,
  { rate, channels }: Pick<SoundOptions, 'rate' | 'channels'>,
  args: readonly string[],
): void {
  const input = ['-f', 'f32le', '-ar', String(rate), '-ac', String(channels), '-i', 'pipe:0'];
  run([...input, ...args], new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
}

/** What ffmpeg decodes a file to: interleaved samples. `decoder`: which of its decoders, if not the usual one. */
export function decodeByFfmpeg(file: string, format: RawFormat, decoder?: string): Uint8Array {
  const name = format === 'u8' ? 'u8' : `${format}le`;
  return run([
    ...(decoder ? ['-c:a', decoder] : []),
    '-i',
    file,
    '-map',
    '0:a:0',
    '-f',
    name,
    '-c:a',
    `pcm_${name}`,
    'pipe:1',
  ]);
}

function run(args: readonly string[], input?: Uint8Array): Uint8Array {
  return new Uint8Array(
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-bitexact', '-y', ...args], {
      ...(input ? { input } : {}),
      maxBuffer: 1 << 28,
      stdio: [input ? 'pipe' : 'ignore', 'pipe', 'inherit'],
    }),
  );
}

/** Decibels of one signal above its difference to another. */
export function snr(expected: Float32Array, actual: Float32Array): number {
  let signal = 0;
  let noise = 0;
  expected.forEach((value, index) => {
    signal += value ** 2;
    noise += (value - actual[index]!) ** 2;
  });
  return 10 * Math.log10(signal / noise);
}
