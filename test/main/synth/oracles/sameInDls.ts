import { RiffFile } from '../../../../src/main/synth/collections/riff.ts';
import { SFGenerator as G } from '../../../../src/main/synth/collections/soundFont/generators.ts';

const NO_TIME = -12_000;
const GENERATOR_BYTES = 4;
/** What generators are set to where they are. */
const REPLACED: ReadonlyMap<number, number> = new Map([
  // DLS level 2 1.5.3: it rises in a straight line; SoundFont's is convex.
  [G.attackModEnv, NO_TIME],
  // DLS level 2 1.5.2: thousandths of 96 dB; SpessaSynth writes and reads them as thousandths of 100 dB.
  [G.sustainVolEnv, 0],
  // SpessaSynth writes SoundFont's shortest times, a millisecond, as none: layers that bend beat differently then.
  [G.modEnvToPitch, 0],
  // SpessaSynth writes key scaling as a bipolar source, and reads it as a unipolar one.
  [G.keynumToVolEnvHold, 0],
  [G.keynumToVolEnvDecay, 0],
  [G.keynumToModEnvHold, 0],
  [G.keynumToModEnvDecay, 0],
]);

/** A SoundFont without what SoundFont and DLS, or SpessaSynth and the text of DLS, understand differently. */
export function sameInDls(soundFont: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(soundFont);
  const view = new DataView(bytes.buffer);
  const file = new RiffFile('bank', bytes);
  const articulation = [...file.children(file.root())].find(({ type }) => type === 'pdta')!;
  for (const { id, start, end } of file.children(articulation)) {
    if (id !== 'igen' && id !== 'pgen') continue;
    for (let at = start; at < end; at += GENERATOR_BYTES) {
      const value = REPLACED.get(view.getUint16(at, true));
      // A preset's values are added to the instrument's.
      if (value !== undefined) view.setInt16(at + 2, id === 'igen' ? value : 0, true);
    }
  }
  return bytes;
}
