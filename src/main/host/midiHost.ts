/** Entry of the MIDI host's process, and of its threads. */
import { runMidiHost } from './midi/midiHostProcess.ts';
import { openRtMidi } from './midi/rtMidiBackend.ts';

runMidiHost(import.meta.url, openRtMidi);
