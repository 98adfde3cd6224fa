/** Entry of a MIDI host, and of its threads, whose ports are in the folder PINWHEEL_TEST_MIDI. */
import { runMidiHost } from '../../../src/main/host/midi/midiHostProcess.ts';
import { FolderMidi } from './folderMidi.ts';

runMidiHost(import.meta.url, () => {
  const midi = new FolderMidi(process.env['PINWHEEL_TEST_MIDI']!);
  // Throws where there is no MIDI.
  midi.inputNames();
  return midi;
});
