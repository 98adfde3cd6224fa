import type { DeviceList } from '../../../contract/services/devices.ts';
import type { ProgramStream } from '../../../contract/services/endpoints.ts';
import type { MixerDevice, MuteControl, VolumeControl } from '../../../contract/services/mixer.ts';
import type { PlayerState } from '../../../contract/services/player.ts';
import type { ProfilesState } from '../../../contract/services/profiles.ts';
import { decibelsToKsLevel, ksLevelToDecibels } from '../../../contract/units.ts';
import type { Implementations } from '../../../contract/services/index.ts';
import { masterOf } from '../../services/actions/actions.ts';

/** What the tray shows: the master fader and everything that its menu offers. */
export interface TrayState {
  /** Undefined while there is no card. */
  master: { name: string; volume: VolumeControl | undefined; mute: MuteControl | undefined } | undefined;
  deviceId: string | undefined;
  outputs: DeviceList['outputs'];
  selectedOutput: string;
  programs: readonly ProgramStream[];
  profiles: ProfilesState;
  player: Pick<PlayerState, 'phase'> & { queueLength: number };
  powerSavingPaused: boolean;
}

type Sources = Pick<Implementations, 'mixer' | 'devices' | 'endpoints' | 'profiles' | 'player' | 'power'>;

export async function readTrayState(sources: Sources): Promise<TrayState> {
  const [mixer, devices, endpoints, profiles, player, power] = await Promise.all([
    sources.mixer.getSnapshot(),
    sources.devices.list(),
    sources.endpoints.getSnapshot(),
    sources.profiles.getState(),
    sources.player.getState(),
    sources.power.getSnapshot(),
  ]);
  return {
    ...masterState(mixer.devices),
    outputs: devices.outputs,
    selectedOutput: devices.selectedOutput,
    programs: endpoints.programs.filter(({ own }) => !own),
    profiles,
    player: { phase: player.phase, queueLength: player.queue.length },
    powerSavingPaused: power.paused,
  };
}

function masterState(devices: readonly MixerDevice[]): Pick<TrayState, 'master' | 'deviceId'> {
  const found = masterOf(devices);
  if (!found) return { master: undefined, deviceId: undefined };
  const { controls, name } = found.line;
  return {
    deviceId: found.deviceId,
    master: {
      name,
      volume: controls.find((control): control is VolumeControl => control.type === 'VOLUME'),
      mute: controls.find((control): control is MuteControl => control.type === 'MUTE'),
    },
  };
}

/** Level that the icon has as silent. */
const QUIETEST_DECIBELS = -60;

/** How full the icon is, 0 to 1; linear in dB, because that is how a fader is heard. */
export function loudness({ master }: TrayState): number {
  const levels = master?.volume?.levels ?? [];
  if (levels.length === 0) return master ? 1 : 0;
  const decibels = ksLevelToDecibels(
    levels.reduce((loudest, level) => (level > loudest ? level : loudest), levels[0]!),
  );
  return 1 - decibels / QUIETEST_DECIBELS;
}

export const isMuted = ({ master }: TrayState): boolean => master?.mute?.muted.every(Boolean) ?? false;

/** Loudest channel of the master in dB; undefined where it has no volume. */
export function masterDecibels({ master }: TrayState): number | undefined {
  const levels = master?.volume?.levels;
  return levels && levels.length > 0 ? Math.max(...levels.map(ksLevelToDecibels)) : undefined;
}

/** The levels with which the loudest channel is at `decibels` and the others keep their distance. */
export function levelsAt(
  { levels, range, uniform }: VolumeControl,
  decibels: number,
): VolumeControl['levels'] {
  const loudest = Math.max(...levels.map((level) => Math.max(level, range.min)));
  const target = decibelsToKsLevel(decibels);
  const moved = levels.map(
    (level) =>
      Math.min(range.max, Math.max(range.min, Math.max(level, range.min) - loudest + target)) as typeof level,
  );
  return uniform ? moved.slice(0, 1) : moved;
}
