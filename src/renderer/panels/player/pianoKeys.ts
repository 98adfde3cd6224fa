/** Where the keys of a piano are, and which of a computer's keys play them. */

export interface PianoKey {
  /** MIDI key number. */
  key: number;
  black: boolean;
  /** Left edge, in widths of a white key. */
  left: number;
}

const BLACK = [1, 3, 6, 8, 10];
const OCTAVE = 12;
const WHITES_IN_OCTAVE = 7;
/** Widths of a white key. */
export const BLACK_WIDTH = 0.62;

/** By `KeyboardEvent.code`, so that the layout of the keyboard does not matter: semitones from the octave's C. */
export const COMPUTER_KEYS: Readonly<Record<string, number>> = {
  KeyA: 0,
  KeyW: 1,
  KeyS: 2,
  KeyE: 3,
  KeyD: 4,
  KeyF: 5,
  KeyT: 6,
  KeyG: 7,
  KeyY: 8,
  KeyH: 9,
  KeyU: 10,
  KeyJ: 11,
  KeyK: 12,
  KeyO: 13,
  KeyL: 14,
  KeyP: 15,
  Semicolon: 16,
};

export const isBlack = (key: number): boolean => BLACK.includes(key % OCTAVE);

/** Octaves from C to the next C above them, around the one that computer keys play. */
export function pianoKeys(octaves: number, octave: number): { keys: PianoKey[]; whites: number } {
  const above = Math.max(2, Math.ceil(octaves / 2));
  const first = Math.min(Math.max(0, octave - (octaves - above)), 9 - octaves);
  const lowest = OCTAVE * (first + 1);
  const keys: PianoKey[] = [];
  let whites = 0;
  for (let key = lowest; key <= lowest + OCTAVE * octaves && key <= 127; key++) {
    const black = isBlack(key);
    keys.push({ key, black, left: black ? whites - BLACK_WIDTH / 2 : whites });
    if (!black) whites++;
  }
  return { keys, whites };
}

/** Octaves that a width has room for. */
export function octavesIn(pixels: number): number {
  const LEAST_WHITE = 24;
  return Math.min(7, Math.max(2, Math.floor(pixels / (LEAST_WHITE * WHITES_IN_OCTAVE))));
}
