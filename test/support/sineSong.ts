import { writeDls } from '../../src/main/synth/collections/dls/writeDls.ts';
import { chunkOf, listOf } from '../../src/main/synth/collections/riffWriter.ts';
import { collection, instrument, PERIOD, RATE, region } from '../main/synth/testCollection.ts';

/** Key and cents of the test sample's own pitch. */
const NATURAL = 69 + 12 * Math.log2(RATE / PERIOD / 440);

/**
 * A song as an RMID file with a bank of its own: a sine that rises in 22 ms, stands still and is gone a tenth of a second after
 * note-off, whatever bank the machine plays. Reverb and chorus are the song's affair.
 */
export function withSineBank(song: Uint8Array): Uint8Array<ArrayBuffer> {
  const rootKey = Math.round(NATURAL);
  const sine = region(
    { volumeAttack: -6600, volumeRelease: -3600, pitch: Math.round(100 * (rootKey - NATURAL)) },
    { rootKey },
  );
  const bank = writeDls(collection([instrument([sine])]));
  return Uint8Array.from(listOf('RIFF', 'RMID', chunkOf('data', song), bank));
}
