import type { GlyphName } from './nodeKind.ts';

/** The field's symbols as strokes on a 24 by 24 grid; the two converters are written, as on paper. */
export type Glyph = { path: string } | { letters: string };

const circle = (x: number, y: number, r: number): string =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;

export const GLYPHS: Readonly<Record<GlyphName, Glyph>> = {
  volume: { path: 'M4 18 20 6v12z' },
  mute: { path: 'M4.5 9.5H8L12.5 6v12L8 14.5H4.5zM16 9.8l4.5 4.4m0-4.4L16 14.2' },
  sum: { path: 'M16.5 8.5V6h-9l5 6-5 6h9v-2.5' },
  mux: { path: `M3.5 7H7l9.5 5h4M3.5 17H7${circle(7.5, 17, 0.5)}` },
  demux: { path: `M20.5 7H17l-9.5 5h-4M20.5 17H17${circle(16.5, 17, 0.5)}` },
  dac: { letters: 'D/A' },
  adc: { letters: 'A/D' },
  src: { path: 'M4 9h13m-3.5-3.5L17 9l-3.5 3.5M20 15H7m3.5-3.5L7 15l3.5 3.5' },
  synth: { path: 'M5.5 15.5C7 5 9.5 5 12 12s5 7 6.5-3.5' },
  meter: { path: 'M8 19V8m4 11V5m4 14v-8' },
  tone: { path: 'M4 16c5 0 4-8 8-8s3 8 8 8' },
  equalizer: { path: 'M6 5v14m6-14v14m6-14v14M4 9h4m2 6h4m2-5h4' },
  agc: { path: 'M4 18 16 9v9zM16.5 6.5h4m-2-2v4' },
  loudness: { path: 'M4 7c5 0 5 9 8 9s3-9 8-9' },
  delay: { path: `${circle(12, 12, 7)}M12 8v4l3 2` },
  reverb: { path: 'M5 8v8m4-9.5v11M13 9v6m3.5-4.5v3m3-2v1' },
  wide: { path: 'M9 12H3m2.5-3L3 12l2.5 3M15 12h6m-2.5-3 2.5 3-2.5 3M12 7v10' },
  effect: { path: 'M4 12h3l2-5 3.5 10L15 9l1.5 3H20' },
  matrix: { path: 'M5 6h14M5 12h14M5 18h14M7 4v16m10-16v16' },
  other: { path: `${circle(7, 12, 0.8)}${circle(12, 12, 0.8)}${circle(17, 12, 0.8)}` },
};

/** A speaker that sounds: a mute node that is off. */
export const SOUNDING: Glyph = { path: 'M5 9.5h3.5L13 6v12l-4.5-3.5H5zM16.5 9a4.5 4.5 0 0 1 0 6' };
