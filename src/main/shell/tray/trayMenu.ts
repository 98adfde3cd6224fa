import type { MenuItemConstructorOptions } from 'electron';
import type { HotkeyAction } from '../../../contract/services/hotkeys.ts';
import { ksLevelToDecibels } from '../../../contract/units.ts';
import { isMuted, masterDecibels, type TrayState } from './trayState.ts';

/** What a choice in the menu does. */
export interface TrayCommands {
  perform(action: HotkeyAction): void;
  setMaster(decibels: number): void;
  selectOutput(id: string): void;
  pausePowerSaving(paused: boolean): void;
  openFlyout(): void;
  quit(): void;
}

/** Levels that the menu offers, in dB. */
const LEVELS = [0, -3, -6, -10, -15, -20, -30, -40, -60];
/** A name longer than this makes a menu wider than any screen likes. */
const LONGEST_NAME = 60;

/** Everything the flyout can do, because a Linux tray may offer the menu only. */
export function trayMenu(state: TrayState, commands: TrayCommands): MenuItemConstructorOptions[] {
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  return [
    { label: headline(state), enabled: false },
    ...volumeItems(state, commands),
    separator,
    submenu('Output device', outputItems(state, commands)),
    submenu('Applications', programItems(state, commands)),
    submenu('Profiles', profileItems(state, commands)),
    ...playerItems(state, commands),
    separator,
    {
      label: 'Pause power saving',
      type: 'checkbox',
      checked: state.powerSavingPaused,
      click: () => commands.pausePowerSaving(!state.powerSavingPaused),
    },
    { label: 'Panic: end every note', click: () => commands.perform({ kind: 'panic' }) },
    separator,
    { label: 'Quick volume…', click: () => commands.openFlyout() },
    { label: 'Open Pinwheel', click: () => commands.perform({ kind: 'panel' }) },
    { label: 'Quit Pinwheel', click: () => commands.quit() },
  ];
}

/** What stands at the icon: “Speakers: −6.0 dB”. */
export function headline(state: TrayState): string {
  const { master } = state;
  if (!master) return 'No sound card';
  if (isMuted(state)) return `${master.name}: muted`;
  const decibels = masterDecibels(state);
  return decibels === undefined ? master.name : `${master.name}: ${decibelText(decibels)}`;
}

function volumeItems(state: TrayState, { perform, setMaster }: TrayCommands): MenuItemConstructorOptions[] {
  const { master } = state;
  const items: MenuItemConstructorOptions[] = [];
  if (master?.mute) {
    items.push({
      label: 'Mute',
      type: 'checkbox',
      checked: isMuted(state),
      click: () => perform({ kind: 'master', change: 'mute' }),
    });
  }
  const volume = master?.volume;
  if (volume) {
    const now = masterDecibels(state)!;
    const [least, most] = [ksLevelToDecibels(volume.range.min), ksLevelToDecibels(volume.range.max)];
    const levels = LEVELS.filter((level) => level >= least && level <= most);
    items.push(
      { label: 'Louder', click: () => perform({ kind: 'master', change: 'up' }) },
      { label: 'Softer', click: () => perform({ kind: 'master', change: 'down' }) },
      submenu(
        'Volume',
        levels.map((level) => ({
          label: decibelText(level),
          type: 'radio',
          checked: Math.abs(level - now) < 0.05,
          click: () => setMaster(level),
        })),
      ),
    );
  }
  return items;
}

function outputItems(
  { outputs, selectedOutput }: TrayState,
  { selectOutput }: TrayCommands,
): MenuItemConstructorOptions[] {
  return outputs.map(({ id, label, available }) => ({
    label: short(available ? label : `${label} (not available)`),
    type: 'radio',
    checked: id === selectedOutput,
    enabled: available || id === selectedOutput,
    click: () => selectOutput(id),
  }));
}

function programItems({ programs }: TrayState, { perform }: TrayCommands): MenuItemConstructorOptions[] {
  const names = [...new Set(programs.map(({ program }) => program))];
  return names.map((program) => {
    const streams = programs.filter((each) => each.program === program);
    const levels = streams.flatMap((stream) => stream.levels.map(ksLevelToDecibels));
    const level = levels.length > 0 ? `: ${decibelText(Math.max(...levels))}` : '';
    return submenu(`${short(program)}${level}`, [
      {
        label: 'Mute',
        type: 'checkbox',
        checked: streams.every(({ muted }) => muted),
        click: () => perform({ kind: 'program', program, change: 'mute' }),
      },
      {
        label: 'Louder',
        enabled: levels.length > 0,
        click: () => perform({ kind: 'program', program, change: 'up' }),
      },
      {
        label: 'Softer',
        enabled: levels.length > 0,
        click: () => perform({ kind: 'program', program, change: 'down' }),
      },
    ]);
  });
}

function profileItems({ profiles }: TrayState, { perform }: TrayCommands): MenuItemConstructorOptions[] {
  return profiles.profiles.map(({ name }) => ({
    label: short(name),
    type: 'radio',
    checked: name === profiles.current,
    click: () => perform({ kind: 'profile', profile: name }),
  }));
}

function playerItems({ player }: TrayState, { perform }: TrayCommands): MenuItemConstructorOptions[] {
  if (player.queueLength === 0) return [];
  const playing = player.phase === 'playing';
  return [
    submenu('Player', [
      { label: playing ? 'Pause' : 'Play', click: () => perform({ kind: 'player', command: 'toggle' }) },
      { label: 'Stop', click: () => perform({ kind: 'player', command: 'stop' }) },
      { label: 'Previous', click: () => perform({ kind: 'player', command: 'previous' }) },
      { label: 'Next', click: () => perform({ kind: 'player', command: 'next' }) },
    ]),
  ];
}

/** One without anything in it says so and cannot be opened. */
function submenu(label: string, items: MenuItemConstructorOptions[]): MenuItemConstructorOptions {
  return items.length > 0 ? { label, submenu: items } : { label: `${label} (none)`, enabled: false };
}

function decibelText(decibels: number): string {
  if (decibels === -Infinity) return 'silent';
  const sign = decibels > 0 ? '+' : decibels < 0 ? '\u2212' : '';
  return `${sign}${Math.abs(decibels).toFixed(1)} dB`;
}

function short(name: string): string {
  // An ampersand marks the key of an item.
  const text = name.replaceAll('&', '&&');
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text;
}
