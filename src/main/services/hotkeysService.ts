import { DisposableStore, type Disposable } from '../../contract/disposable.ts';
import { Emitter, type Event } from '../../contract/emitter.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type {
  Hotkey,
  HotkeyAction,
  HotkeyPhase,
  HotkeyState,
  HotkeysState,
  hotkeysService,
} from '../../contract/services/hotkeys.ts';
import type { Settings } from '../../contract/services/settings.ts';

/** The system's keys that work whatever program is in front. */
export interface Shortcuts {
  /** False when the system or another program has the key. Throws for one that it does not know. */
  register(accelerator: string, pressed: () => void): boolean;
  unregister(accelerator: string): void;
}

export interface HotkeysOptions {
  /** Undefined in a shell that has none, with the reason. */
  shortcuts: Shortcuts | undefined;
  unavailable: string;
  settings: { get(): Pick<Settings, 'hotkeys' | 'mediaKeys'>; readonly onChange: Event<unknown> };
  player: { getState(): { queue: readonly unknown[] }; readonly onState: Event<unknown> };
  perform(action: HotkeyAction): Promise<void>;
  /** A key was pressed and could not do what it is for. */
  onFailure(accelerator: string, error: unknown): void;
}

/** What the keys for players do, unless a hotkey takes one. */
const MEDIA_KEYS: readonly Hotkey[] = [
  { accelerator: 'MediaPlayPause', action: { kind: 'player', command: 'toggle' } },
  { accelerator: 'MediaStop', action: { kind: 'player', command: 'stop' } },
  { accelerator: 'MediaNextTrack', action: { kind: 'player', command: 'next' } },
  { accelerator: 'MediaPreviousTrack', action: { kind: 'player', command: 'previous' } },
];

/** Keeps the system's keys what the settings say, and tells what became of each. */
export class HotkeysService implements ServiceImplementation<typeof hotkeysService>, Disposable {
  readonly #options: HotkeysOptions;
  readonly #store = new DisposableStore();
  readonly #emitter = new Emitter<HotkeysState>();
  /** By accelerator: those the system gave us. */
  readonly #registered = new Map<string, HotkeyAction>();
  #state: HotkeysState;
  readonly onState: Event<HotkeysState> = this.#emitter.event;

  constructor(options: HotkeysOptions) {
    this.#options = options;
    this.#state = this.#apply();
    this.#store.add(options.settings.onChange(() => this.#update()));
    this.#store.add(options.player.onState(() => this.#update()));
  }

  getState(): HotkeysState {
    return this.#state;
  }

  perform(action: HotkeyAction): Promise<void> {
    return this.#options.perform(action);
  }

  dispose(): void {
    this.#store.dispose();
    this.#emitter.dispose();
    for (const accelerator of this.#registered.keys()) this.#options.shortcuts?.unregister(accelerator);
    this.#registered.clear();
  }

  #update(): void {
    const before = JSON.stringify(this.#state);
    this.#state = this.#apply();
    if (JSON.stringify(this.#state) !== before) this.#emitter.fire(this.#state);
  }

  #apply(): HotkeysState {
    const { settings, player, shortcuts, unavailable } = this.#options;
    const { hotkeys = [], mediaKeys = true } = settings.get();
    const playing = mediaKeys && player.getState().queue.length > 0;
    const taken = new Set(hotkeys.map(({ accelerator }) => accelerator));
    const media = MEDIA_KEYS.filter(({ accelerator }) => !taken.has(accelerator));
    const wanted = new Set([...taken, ...(playing ? media.map(({ accelerator }) => accelerator) : [])]);
    for (const accelerator of [...this.#registered.keys()]) {
      if (wanted.has(accelerator)) continue;
      shortcuts?.unregister(accelerator);
      this.#registered.delete(accelerator);
    }
    const off = (hotkey: Hotkey): HotkeyState => ({ ...hotkey, state: 'off' });
    return {
      available: shortcuts !== undefined,
      reason: shortcuts ? '' : unavailable,
      hotkeys: hotkeys.map((hotkey) => this.#register(hotkey)),
      mediaKeys: media.map((hotkey) => (playing ? this.#register(hotkey) : off(hotkey))),
    };
  }

  #register(hotkey: Hotkey): HotkeyState {
    const { accelerator, action } = hotkey;
    let state: HotkeyPhase = 'unavailable';
    if (this.#registered.has(accelerator) || this.#options.shortcuts) {
      state = this.#take(accelerator) ? 'registered' : 'refused';
    }
    if (state === 'registered') this.#registered.set(accelerator, action);
    return { ...hotkey, state };
  }

  #take(accelerator: string): boolean {
    if (this.#registered.has(accelerator)) return true;
    try {
      return this.#options.shortcuts?.register(accelerator, () => this.#pressed(accelerator)) ?? false;
    } catch {
      // One that this system does not have.
      return false;
    }
  }

  #pressed(accelerator: string): void {
    const action = this.#registered.get(accelerator);
    if (!action) return;
    this.#options.perform(action).catch((error: unknown) => this.#options.onFailure(accelerator, error));
  }
}
