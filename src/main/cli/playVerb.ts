import path from 'node:path';
import { PinwheelError } from '../../contract/errors.ts';
import type { Clients } from '../../contract/services/index.ts';
import type { PlayerFailure, PlayerState, QueueEntry } from '../../contract/services/player.ts';
import { parseArguments, usageError } from './arguments.ts';
import { chooseBank } from './bankOption.ts';
import { describeOutput } from './describeOutput.ts';
import { findMidiPort } from './midiPort.ts';
import { openSession } from './session.ts';
import { fmOptions, synthOption } from './synthOptions.ts';
import type { Output } from './output.ts';
import type { Verb } from './verb.ts';

export const playVerb: Verb = {
  name: 'play',
  usage:
    'play FILE... [--loop] [--bank BANK] [--synth dls|fm] [--fm-bank N|NAME] [--fm-chip opl3|opl2] [--to PORT] [--json]',
  summary: 'play sound files, and MIDI files on the wavetable or FM synthesizer or to a MIDI output',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, {
      loop: 'boolean',
      bank: 'string',
      synth: 'string',
      'fm-bank': 'string',
      'fm-chip': 'string',
      to: 'string',
      json: 'boolean',
    });
    const synth = synthOption(options.synth);
    const { bank: fmBank, chip: fmChip } = fmOptions(options);
    if (words.length === 0) throw usageError('“play” takes at least one file.');
    const files = words.map((word) => path.resolve(word));
    const toPort = options.to !== undefined;
    const session = await openSession(engine, { sound: !toPort, midi: toPort, stop });
    try {
      const { services } = session.connection;
      if (options.bank !== undefined) await chooseBank(services, options.bank, { keep: false, out, stop });
      const output =
        options.to === undefined ? null : await findMidiPort(services.midi, options.to, 'output');
      const entries: QueueEntry[] = [];
      try {
        for (const file of files) entries.push(await services.player.addFile({ path: file }));
      } catch (error) {
        // All or nothing: a running instance's queue is left as it was.
        for (const entry of entries) await services.player.remove(entry.id);
        throw error;
      }
      if (options.loop) await services.player.setLoop(true);
      const { synth: synthBefore } = await services.player.getState();
      if (synth) await services.player.setSynth(synth);
      // Kept, as a choice in the panel is.
      if (fmBank !== undefined) await services.settings.set({ fmBank });
      if (fmChip !== undefined) await services.settings.set({ fmChip });
      await services.player.setOutput(output);
      out.note(output ?? describeOutput((await services.app.getState()).output));
      const whole = await playToTheEnd(services, entries, out, stop, session.connection.onClose);
      if (synth) await services.player.setSynth(synthBefore);
      if (options.json) out.json({ played: entries.map(described), whole });
    } finally {
      await session.dispose();
    }
  },
};

/**
 * Resolves when the last of the entries has ended, or the player was stopped by somebody else.
 *
 * @returns Whether it was not interrupted here.
 */
async function playToTheEnd(
  { player }: Clients,
  entries: readonly QueueEntry[],
  out: Output,
  stop: AbortSignal,
  onClose: (listener: () => void) => { dispose(): void },
): Promise<boolean> {
  const ours = new Set(entries.map((entry) => entry.id));
  let started = false;
  let failure: PlayerFailure | undefined;
  const done = new Promise<void>((resolve, reject) => {
    player.onState((state) => {
      out.progress(progressText(state));
      const oursNow = state.currentId !== null && ours.has(state.currentId);
      if (oursNow && state.phase !== 'stopped') started = true;
      else if (started) resolve();
    });
    player.onFailure((failed) => {
      if (ours.has(failed.id)) failure ??= failed;
    });
    stop.addEventListener('abort', () => resolve(), { once: true });
    onClose(() =>
      reject(new PinwheelError({ code: 'disconnected', message: 'The running Pinwheel has ended.' })),
    );
  });
  // Closing the session on the way out must not become an unhandled rejection.
  done.catch(() => undefined);
  const ticker = setInterval(
    () =>
      void player.getState().then(
        (state) => out.progress(progressText(state)),
        // Told by the end of the connection.
        () => undefined,
      ),
    1_000,
  );
  try {
    await player.play(entries[0]!.id);
    await done;
  } finally {
    clearInterval(ticker);
  }
  if (stop.aborted) await player.stop();
  // One that was removed by somebody else is gone as well.
  for (const entry of entries) await player.remove(entry.id).catch(() => undefined);
  if (failure) throw new PinwheelError(failure.error);
  return !stop.aborted;
}

function described({ name, title, artist, durationSeconds }: QueueEntry): object {
  return { name, title, artist, durationSeconds };
}

function progressText(state: PlayerState): string {
  const entry = state.queue.find((each) => each.id === state.currentId);
  if (!entry) return '';
  return `${nameOf(entry)}  ${clock(state.positionSeconds)} / ${clock(state.durationSeconds)}  ${state.phase}`;
}

function nameOf({ name, title, artist }: QueueEntry): string {
  return title === null ? name : artist === null ? title : `${artist} – ${title}`;
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
