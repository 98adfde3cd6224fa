import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Coded sound made and wrapped by ffmpeg, the oracle of everything about IEC 61937. */

export interface Encoding {
  codec: 'ac3' | 'eac3' | 'dts' | 'mp2';
  /** kbit/s */
  kbps: number;
  rate?: number;
  /** ffmpeg's name: mono, stereo, 5.1 ... */
  layout?: string;
  seconds?: number;
}

const DEMUXERS = { ac3: 'ac3', eac3: 'eac3', dts: 'dts', mp2: 'mp3' } as const;
const ENCODERS = {
  ac3: ['-c:a', 'ac3'],
  eac3: ['-c:a', 'eac3'],
  dts: ['-c:a', 'dca', '-strict', '-2'],
  mp2: ['-c:a', 'mp2'],
} as const;

/** Seeded noise, which leaves no two frames alike, encoded. */
export function encodeNoise({
  codec,
  kbps,
  rate = 48_000,
  layout = 'stereo',
  seconds = 0.5,
}: Encoding): Buffer {
  const noise = `anoisesrc=d=${seconds}:r=${rate}:a=0.3:c=pink:seed=7,aformat=channel_layouts=${layout}`;
  return inFolder((folder) => {
    const file = path.join(folder, 'coded');
    ffmpeg(
      ...['-f', 'lavfi', '-i', noise, '-ar', String(rate), ...ENCODERS[codec], '-b:a', `${kbps}k`],
      ...['-f', codec, file],
    );
    return readFileSync(file);
  });
}

/** What ffmpeg makes of the frames: bursts of 16-bit words. */
export function wrapByFfmpeg(
  codec: Encoding['codec'],
  frames: Uint8Array,
  { bigEndian = false }: { bigEndian?: boolean } = {},
): Buffer {
  return inFolder((folder) => {
    const [coded, wrapped] = [path.join(folder, 'coded'), path.join(folder, 'wrapped')];
    writeFileSync(coded, frames);
    const flags = bigEndian ? ['-spdif_flags', 'be'] : [];
    const input = ['-f', DEMUXERS[codec], '-i', coded];
    ffmpeg(...input, '-c', 'copy', ...flags, '-f', 'spdif', wrapped);
    return readFileSync(wrapped);
  });
}

function inFolder(make: (folder: string) => Buffer): Buffer {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-coded-'));
  try {
    return make(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ffmpeg(...args: string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args]);
}
