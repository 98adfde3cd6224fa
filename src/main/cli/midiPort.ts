import { PinwheelError } from '../../contract/errors.ts';
import type { Clients } from '../../contract/services/index.ts';
import type { MidiState } from '../../contract/services/midi.ts';

/** The system's MIDI ports, once it is known which there are. @throws PinwheelError when there is no MIDI system */
export async function midiPorts(midi: Clients['midi']): Promise<MidiState['ports']> {
  const { system, reason, ports } = await settled(midi);
  if (system === 'available') return ports;
  throw new PinwheelError({
    code: 'device-unavailable',
    message: `This machine has no MIDI system: ${reason}.`,
    advice: 'On Linux, load the kernel module snd-seq.',
  });
}

/**
 * The name of the port that the user means: the whole name, or a part that only one has, in any case.
 * @throws PinwheelError `not-found`; `device-unavailable` when there is no MIDI system
 */
export async function findMidiPort(
  midi: Clients['midi'],
  wanted: string,
  direction: 'input' | 'output',
): Promise<string> {
  const names = (await midiPorts(midi)).filter((port) => port[direction]).map(({ name }) => name);
  const part = wanted.toLowerCase();
  const matches = names.includes(wanted)
    ? [wanted]
    : names.filter((name) => name.toLowerCase().includes(part));
  if (matches.length === 1) return matches[0]!;
  const there = names.length === 0 ? 'There is none at all.' : `There is: ${names.join(', ')}.`;
  throw new PinwheelError({
    code: 'not-found',
    message:
      matches.length === 0
        ? `There is no MIDI ${direction} “${wanted}”.`
        : `“${wanted}” may be any of these MIDI ${direction}s: ${matches.join(', ')}.`,
    subject: wanted,
    advice: matches.length === 0 ? there : 'Say more of the name.',
  });
}

async function settled(midi: Clients['midi']): Promise<MidiState> {
  const known = Promise.withResolvers<MidiState>();
  const listening = midi.onState((state) => state.system !== 'starting' && known.resolve(state));
  const now = await midi.getState();
  if (now.system !== 'starting') known.resolve(now);
  try {
    return await known.promise;
  } finally {
    listening.dispose();
  }
}
