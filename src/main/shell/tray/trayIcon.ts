import { encodePng } from './png.ts';

/** What the icon shows. */
export interface TrayFace {
  /** 0: nothing is heard, 1: as loud as it gets. */
  level: number;
  muted: boolean;
  /** What it is drawn on. A `template` is black on nothing, and macOS gives it its colour. */
  on: 'dark' | 'light' | 'template';
}

/** Levels that look different. */
const STEPS = 12;

/** Two faces of one name look the same. */
export function faceName({ level, muted, on }: TrayFace): string {
  return `${on}-${muted ? 'muted' : Math.round(clamp(level) * STEPS)}`;
}

const INK = { dark: [0xe8, 0xeb, 0xf1], light: [0x1c, 0x20, 0x28], template: [0, 0, 0] } as const;
/** The part of the level that is not reached. */
const FAINT = 0.28;
/** Points along an edge of a pixel at which it is looked at. */
const SAMPLES = 4;

/** The icon as a PNG of `size` × `size` pixels: a loudspeaker whose three waves fill with the level, or crossed out. */
export function drawTrayIcon(face: TrayFace, size: number): Buffer {
  const [red, green, blue] = INK[face.on];
  const level = Math.round(clamp(face.level) * STEPS) / STEPS;
  const pixels = new Uint8Array(4 * size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let sub = 0; sub < SAMPLES * SAMPLES; sub++) {
        // The drawing is 16 × 16.
        const px = ((x + ((sub % SAMPLES) + 0.5) / SAMPLES) * 16) / size;
        const py = ((y + (Math.floor(sub / SAMPLES) + 0.5) / SAMPLES) * 16) / size;
        sum += opacityAt(px, py, level, face.muted);
      }
      const alpha = Math.round((255 * sum) / (SAMPLES * SAMPLES));
      pixels.set([red, green, blue, alpha], 4 * (y * size + x));
    }
  }
  return encodePng(pixels, size, size);
}

function opacityAt(x: number, y: number, level: number, muted: boolean): number {
  if (isLoudspeaker(x, y)) return 1;
  return muted ? crossAt(x, y) : wavesAt(x, y, level);
}

/** A box with a cone that opens to the right. */
function isLoudspeaker(x: number, y: number): boolean {
  const box = x >= 0.8 && x <= 4 && Math.abs(y - 8) <= 2.2;
  const cone = x > 3 && x <= 7 && Math.abs(y - 8) <= 2.2 + (x - 3) * 0.95;
  return box || cone;
}

const WAVES = [2.6, 5, 7.4];

function wavesAt(x: number, y: number, level: number): number {
  const [dx, dy] = [x - 7.2, y - 8];
  const radius = Math.hypot(dx, dy);
  // A quarter of a turn to the right.
  if (dx <= 0 || Math.abs(dy) > dx) return 0;
  const wave = WAVES.findIndex((each) => Math.abs(radius - each) <= 0.7);
  if (wave < 0) return 0;
  const filled = clamp(level * WAVES.length - wave);
  return FAINT + (1 - FAINT) * filled;
}

function crossAt(x: number, y: number): number {
  const [dx, dy] = [x - 11.8, y - 8];
  if (Math.abs(dx) > 3 || Math.abs(dy) > 3) return 0;
  return Math.min(Math.abs(dx - dy), Math.abs(dx + dy)) / Math.SQRT2 <= 0.75 ? 1 : 0;
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
