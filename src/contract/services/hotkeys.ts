import * as v from 'valibot';
import { normalAccelerator } from '../accelerator.ts';
import { event, method } from '../service.ts';
import { profileNameSchema } from './profiles.ts';

/**
 * Keys that work whatever program is in front, and what they do. They are settings (`hotkeys`, `mediaKeys`); this
 * service tells what became of each, and does for a client what a key would.
 */

const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_000));

/** One step louder or softer, or the other state of the mute. */
export const levelChangeSchema = v.picklist(['up', 'down', 'mute']);
export type LevelChange = v.InferOutput<typeof levelChangeSchema>;

export const playerCommandSchema = v.picklist(['toggle', 'stop', 'next', 'previous']);
export type PlayerCommand = v.InferOutput<typeof playerCommandSchema>;

export const hotkeyActionSchema = v.variant('kind', [
  /** The master fader: the first destination of the first mixer device. */
  v.strictObject({ kind: v.literal('master'), change: levelChangeSchema }),
  /** Every stream of a program, by the name it gives itself. */
  v.strictObject({ kind: v.literal('program'), program: id, change: levelChangeSchema }),
  /** A mixer line, by its device and its key (`lineKeys`). */
  v.strictObject({ kind: v.literal('line'), deviceId: id, line: id, change: levelChangeSchema }),
  /** Applies a profile; null: the one after the current, by name. */
  v.strictObject({ kind: v.literal('profile'), profile: v.nullable(profileNameSchema) }),
  v.strictObject({ kind: v.literal('player'), command: playerCommandSchema }),
  /** Brings the panel in front. */
  v.strictObject({ kind: v.literal('panel') }),
  /** Ends every note that sounds. */
  v.strictObject({ kind: v.literal('panic') }),
]);
export type HotkeyAction = v.InferOutput<typeof hotkeyActionSchema>;

/** An Electron accelerator, `Control+Alt+Up`, written in the one way there is (`normalAccelerator`). */
export const acceleratorSchema = v.pipe(
  v.string(),
  v.maxLength(100),
  v.transform((text) => normalAccelerator(text) ?? ''),
  v.nonEmpty('is no key, or one that needs a modifier such as Control or Alt'),
);

export const hotkeySchema = v.strictObject({ accelerator: acceleratorSchema, action: hotkeyActionSchema });
export type Hotkey = v.InferOutput<typeof hotkeySchema>;

/** Each key once. */
export const hotkeysSchema = v.pipe(
  v.array(hotkeySchema),
  v.maxLength(100),
  v.check(
    (hotkeys) => new Set(hotkeys.map(({ accelerator }) => accelerator)).size === hotkeys.length,
    'the same key stands twice',
  ),
);

/**
 * `registered`: it works. `refused`: the system or another program has the key. `unavailable`: this shell has no keys
 * at all. `off`: a media key while media keys are off or the player's queue is empty.
 */
export type HotkeyPhase = 'registered' | 'refused' | 'unavailable' | 'off';

export interface HotkeyState extends Hotkey {
  state: HotkeyPhase;
}

export interface HotkeysState {
  /** False in the browser shell and where the desktop gives no program such keys. */
  available: boolean;
  /** Why not, one sentence; empty when they are. */
  reason: string;
  /** As the settings have them. */
  hotkeys: HotkeyState[];
  /** What the keys for players do while the queue is not empty, unless a hotkey takes one. */
  mediaKeys: HotkeyState[];
}

export const hotkeysService = {
  name: 'hotkeys',
  methods: {
    getState: method<HotkeysState>()(v.strictTuple([])),
    /** Does what a key with this action does. @throws `not-found` when there is nothing to do it to */
    perform: method<void>()(v.strictTuple([hotkeyActionSchema])),
  },
  events: {
    onState: event<HotkeysState>(),
  },
} as const;
