import { beforeEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../../src/contract/emitter.ts';
import type { Hotkey, HotkeyAction, HotkeysState } from '../../../src/contract/services/hotkeys.ts';
import { HotkeysService, type Shortcuts } from '../../../src/main/services/hotkeysService.ts';

const MUTE: HotkeyAction = { kind: 'master', change: 'mute' };

describe('hotkeys', () => {
  let keys: Map<string, () => void>;
  /** Keys of other programs. */
  let others: Set<string>;
  let settings: { hotkeys?: Hotkey[]; mediaKeys?: boolean };
  let queue: unknown[];
  let performed: HotkeyAction[];
  let failures: [string, unknown][];
  const settingsChange = new Emitter<void>();
  const playerState = new Emitter<void>();

  const shortcuts: Shortcuts = {
    register(accelerator, pressed) {
      if (accelerator === 'F24') throw new TypeError('conversion failure');
      if (others.has(accelerator)) return false;
      expect(keys.has(accelerator)).toBe(false);
      keys.set(accelerator, pressed);
      return true;
    },
    unregister: (accelerator) => void keys.delete(accelerator),
  };
  const service = (withKeys = true) =>
    new HotkeysService({
      shortcuts: withKeys ? shortcuts : undefined,
      unavailable: 'none here',
      settings: { get: () => settings, onChange: settingsChange.event },
      player: { getState: () => ({ queue }), onState: playerState.event },
      perform: async (action) => {
        if (action.kind === 'profile') throw new Error('there is none');
        performed.push(action);
      },
      onFailure: (accelerator, error) => failures.push([accelerator, error]),
    });
  const states = (state: HotkeysState) =>
    [...state.hotkeys, ...state.mediaKeys].map(({ accelerator, state: phase }) => [accelerator, phase]);

  beforeEach(() => {
    keys = new Map();
    others = new Set();
    settings = {};
    queue = [];
    performed = [];
    failures = [];
  });

  it('are what the settings say, each with what became of it', () => {
    others.add('Control+B');
    settings = {
      hotkeys: ['Control+A', 'Control+B', 'F24'].map((accelerator) => ({ accelerator, action: MUTE })),
    };
    const hotkeys = service();
    expect(states(hotkeys.getState()).slice(0, 3)).toEqual([
      ['Control+A', 'registered'],
      ['Control+B', 'refused'],
      ['F24', 'refused'],
    ]);
    keys.get('Control+A')!();
    expect(performed).toEqual([MUTE]);

    const told: HotkeysState[] = [];
    hotkeys.onState((state) => told.push(state));
    others.clear();
    const panic: HotkeyAction = { kind: 'panic' };
    settings = {
      hotkeys: [
        { accelerator: 'Control+A', action: panic },
        { accelerator: 'Control+B', action: MUTE },
      ],
    };
    settingsChange.fire();
    expect(told).toHaveLength(1);
    expect(states(told[0]!).slice(0, 2)).toEqual([
      ['Control+A', 'registered'],
      ['Control+B', 'registered'],
    ]);
    // The key that stayed was not given back in between, and does the new thing.
    keys.get('Control+A')!();
    expect(performed).toEqual([MUTE, panic]);
    settingsChange.fire();
    expect(told).toHaveLength(1);
    hotkeys.dispose();
    expect([...keys]).toEqual([]);
  });

  it('for players are taken while the queue is not empty, unless they are another hotkey or switched off', () => {
    settings = { hotkeys: [{ accelerator: 'MediaStop', action: MUTE }] };
    const hotkeys = service();
    const media = ['MediaPlayPause', 'MediaNextTrack', 'MediaPreviousTrack'];
    expect([...keys.keys()]).toEqual(['MediaStop']);
    expect(states(hotkeys.getState()).slice(1)).toEqual(media.map((key) => [key, 'off']));
    queue = [1];
    playerState.fire();
    expect([...keys.keys()]).toEqual(['MediaStop', ...media]);
    keys.get('MediaPlayPause')!();
    expect(performed).toEqual([{ kind: 'player', command: 'toggle' }]);
    settings = { mediaKeys: false };
    settingsChange.fire();
    expect([...keys.keys()]).toEqual([]);
    hotkeys.dispose();
  });

  it('tell what could not be done, with the key', async () => {
    settings = { hotkeys: [{ accelerator: 'F5', action: { kind: 'profile', profile: null } }] };
    const hotkeys = service();
    keys.get('F5')!();
    await expect.poll(() => failures).toEqual([['F5', new Error('there is none')]]);
    hotkeys.dispose();
  });

  it('are unavailable in a shell without keys, and can be performed all the same', async () => {
    settings = { hotkeys: [{ accelerator: 'F5', action: MUTE }] };
    const hotkeys = service(false);
    const state = hotkeys.getState();
    expect([state.available, state.reason, state.hotkeys[0]!.state]).toEqual([
      false,
      'none here',
      'unavailable',
    ]);
    await hotkeys.perform(MUTE);
    expect(performed).toEqual([MUTE]);
    hotkeys.dispose();
  });
});
