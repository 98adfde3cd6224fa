import type { HotkeyAction } from '../../../contract/services/hotkeys.ts';
import type { Panel } from '../../state/panel.svelte.ts';
import { text } from '../../text.ts';

/** What an action does, in words. */
export function describeAction(action: HotkeyAction): string {
  const { actions, profile, ofProgram } = text.settings.hotkeys;
  switch (action.kind) {
    case 'master':
      return actions[action.change];
    case 'program':
      return ofProgram(actions[action.change], action.program);
    case 'line':
      return ofProgram(actions[action.change], action.line);
    case 'profile':
      return action.profile === null ? actions.nextProfile : profile(action.profile);
    case 'player':
      return actions[action.command];
    default:
      return actions[action.kind];
  }
}

/** What a new hotkey may do, in the order of the list. */
export function possibleActions({ profiles, endpoints }: Panel): HotkeyAction[] {
  const levels = ['up', 'down', 'mute'] as const;
  const commands = ['toggle', 'stop', 'next', 'previous'] as const;
  const names = [...new Set(endpoints.programs.map(({ name }) => name))];
  return [
    ...levels.map((change) => ({ kind: 'master' as const, change })),
    ...commands.map((command) => ({ kind: 'player' as const, command })),
    { kind: 'panel' },
    { kind: 'panic' },
    { kind: 'profile', profile: null },
    ...profiles.state.profiles.map(({ name }) => ({ kind: 'profile' as const, profile: name })),
    ...names.flatMap((program) => levels.map((change) => ({ kind: 'program' as const, program, change }))),
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Enter: 'Return',
  Space: 'Space',
  AudioVolumeUp: 'VolumeUp',
  AudioVolumeDown: 'VolumeDown',
  AudioVolumeMute: 'VolumeMute',
  MediaTrackNext: 'MediaNextTrack',
  MediaTrackPrevious: 'MediaPreviousTrack',
  NumpadAdd: 'numadd',
  NumpadSubtract: 'numsub',
  NumpadMultiply: 'nummult',
  NumpadDivide: 'numdiv',
  NumpadDecimal: 'numdec',
};

/** The keys of an event as an accelerator that `normalAccelerator` takes; undefined for a modifier alone. */
export function acceleratorOf({
  code,
  key,
  ctrlKey,
  altKey,
  shiftKey,
  metaKey,
}: KeyboardEvent): string | undefined {
  if (['Control', 'Alt', 'AltGraph', 'Shift', 'Meta', 'OS'].includes(key)) return undefined;
  const digit = /^(?:Digit|Key)(.)$/.exec(code)?.[1] ?? /^Numpad(\d)$/.exec(code)?.[1]?.replace(/^/, 'num');
  const name = digit ?? NAMES[code] ?? NAMES[key] ?? (key === '+' ? 'Plus' : key.length === 1 ? key : code);
  const held = [ctrlKey && 'Control', altKey && 'Alt', shiftKey && 'Shift', metaKey && 'Super'];
  return [...held.filter((modifier) => modifier !== false), name].join('+');
}
