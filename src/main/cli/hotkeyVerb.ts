import type { HotkeyAction, HotkeyState } from '../../contract/services/hotkeys.ts';
import { parseArguments, usageError } from './arguments.ts';
import { openRunning, openSession } from './session.ts';
import type { Verb } from './verb.ts';

const ACTIONS: Readonly<Record<string, HotkeyAction>> = {
  'volume-up': { kind: 'master', change: 'up' },
  'volume-down': { kind: 'master', change: 'down' },
  mute: { kind: 'master', change: 'mute' },
  'next-profile': { kind: 'profile', profile: null },
  'play-pause': { kind: 'player', command: 'toggle' },
  stop: { kind: 'player', command: 'stop' },
  next: { kind: 'player', command: 'next' },
  previous: { kind: 'player', command: 'previous' },
  panel: { kind: 'panel' },
  panic: { kind: 'panic' },
};

/** What keys do, for desktops that bind commands to keys themselves. */
export const hotkeyVerb: Verb = {
  name: 'hotkey',
  usage: `hotkey [--json] | hotkey ${Object.keys(ACTIONS).join('|')}`,
  summary: 'list the hotkeys and what became of each, or do what a key would',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, { json: 'boolean' });
    const [name] = words;
    const action = name !== undefined && Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (words.length > 1 || (name !== undefined && !action)) {
      throw usageError(`“hotkey ${words.join(' ')}” is not a command.`);
    }
    const session = action ? await openRunning(engine) : await openSession(engine, { sound: false, stop });
    try {
      const { hotkeys } = session.connection.services;
      if (action) return await hotkeys.perform(action);
      const state = await hotkeys.getState();
      if (options.json) return out.json(state);
      if (!state.available) out.note(state.reason);
      for (const each of [...state.hotkeys, ...state.mediaKeys]) out.line(describe(each));
    } finally {
      await session.dispose();
    }
  },
};

function describe({ accelerator, action, state }: HotkeyState): string {
  const { kind, ...rest } = action;
  const what = [kind, ...Object.values(rest).map((value) => value ?? 'next')].join(' ');
  return `${accelerator.padEnd(24)} ${what.padEnd(32)} ${state}`;
}
