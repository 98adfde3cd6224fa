/**
 * A key with its modifiers as Electron names it, `Control+Alt+Up`: what a hotkey is bound to. Two ways to write the same
 * keys become one.
 */

/** In the order in which they are written. `CommandOrControl` is another key on macOS and stays what it is. */
const MODIFIERS: Readonly<Record<string, string>> = {
  commandorcontrol: 'CommandOrControl',
  cmdorctrl: 'CommandOrControl',
  command: 'Command',
  cmd: 'Command',
  control: 'Control',
  ctrl: 'Control',
  alt: 'Alt',
  option: 'Alt',
  altgr: 'AltGr',
  shift: 'Shift',
  super: 'Super',
  meta: 'Super',
};
const MODIFIER_ORDER = [...new Set(Object.values(MODIFIERS))];

/** Keys of their own for sound: they need no modifier. */
export const MEDIA_KEYS = [
  'VolumeUp',
  'VolumeDown',
  'VolumeMute',
  'MediaPlayPause',
  'MediaStop',
  'MediaNextTrack',
  'MediaPreviousTrack',
] as const;

const NAMED_KEYS = [
  ...MEDIA_KEYS,
  'Plus',
  'Space',
  'Tab',
  'Backspace',
  'Delete',
  'Insert',
  'Return',
  'Up',
  'Down',
  'Left',
  'Right',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'Escape',
  'PrintScreen',
  'numdec',
  'numadd',
  'numsub',
  'nummult',
  'numdiv',
];
const KEYS = new Map(NAMED_KEYS.map((name) => [name.toLowerCase(), name]));
KEYS.set('enter', 'Return').set('esc', 'Escape');

/** "+" is `Plus`. */
const PUNCTUATION = ')!@#$%^&*(:;<,_->.?/~`{][|\\}"\'=';

/** The one way to write it; undefined for what is no key, or one that programs need for themselves. */
export function normalAccelerator(text: string): string | undefined {
  const parts = text.split('+').map((part) => part.trim().toLowerCase());
  const keyPart = parts.pop();
  const key = keyPart === undefined ? undefined : keyNamed(keyPart);
  const modifiers = parts.map((part) => (Object.hasOwn(MODIFIERS, part) ? MODIFIERS[part] : undefined));
  if (key === undefined || modifiers.includes(undefined)) return undefined;
  const held = MODIFIER_ORDER.filter((name) => modifiers.includes(name));
  const alone = held.length === 0 || (held.length === 1 && held[0] === 'Shift');
  // A letter alone would be taken from every text that is typed.
  if (alone && !mayStandAlone(key)) return undefined;
  return [...held, key].join('+');
}

function keyNamed(part: string): string | undefined {
  if (/^[a-z]$/.test(part)) return part.toUpperCase();
  if (/^(?:[0-9]|num[0-9])$/.test(part)) return part;
  if (part.length === 1 && PUNCTUATION.includes(part)) return part;
  if (/^f(?:[1-9]|1[0-9]|2[0-4])$/.test(part)) return part.toUpperCase();
  return KEYS.get(part);
}

function mayStandAlone(key: string): boolean {
  return /^F\d+$/.test(key) || (MEDIA_KEYS as readonly string[]).includes(key);
}
