import { PinwheelError } from '../../../contract/errors.ts';
import type { HotkeyAction, LevelChange, PlayerCommand } from '../../../contract/services/hotkeys.ts';
import type { Implementations } from '../../../contract/services/index.ts';
import type { MixerDevice, MixerLine, MuteControl, VolumeControl } from '../../../contract/services/mixer.ts';
import { lineKeys } from '../../../contract/services/strips.ts';
import { stepLevels } from './levelStep.ts';

export interface ActionsOptions extends Pick<Implementations, 'mixer' | 'endpoints' | 'profiles' | 'player'> {
  /** Brings the panel in front; undefined in a shell that has none of its own. */
  openPanel: (() => void) | undefined;
  /** Ends every note that sounds. */
  panic(): void;
}

/** What keys, the tray and the command line do: one place, so that they do the same. */
export class Actions {
  readonly #options: ActionsOptions;

  constructor(options: ActionsOptions) {
    this.#options = options;
  }

  /** @throws PinwheelError `not-found` when there is nothing to do it to; whatever the service that does it refuses with */
  async perform(action: HotkeyAction): Promise<void> {
    switch (action.kind) {
      case 'master':
        return this.#changeLine(masterOf(await this.#devices()), 'the output', action.change);
      case 'line':
        return this.#changeLine(
          lineNamed(await this.#devices(), action.deviceId, action.line),
          action.line,
          action.change,
        );
      case 'program':
        return this.#changeProgram(action.program, action.change);
      case 'profile':
        return this.#applyProfile(action.profile);
      case 'player':
        return this.#play(action.command);
      case 'panel':
        if (!this.#options.openPanel) {
          throw new PinwheelError({
            code: 'not-supported',
            message: 'Pinwheel has no window of its own here.',
            advice: 'Open the address that “pinwheel serve” prints.',
          });
        }
        return this.#options.openPanel();
      case 'panic':
        return this.#options.panic();
    }
  }

  async #devices(): Promise<readonly MixerDevice[]> {
    return (await this.#options.mixer.getSnapshot()).devices;
  }

  async #changeLine(found: FoundLine | undefined, name: string, change: LevelChange): Promise<void> {
    if (!found) throw missing(`There is no mixer line for ${name}.`, name);
    const { mixer } = this.#options;
    const { deviceId, line } = found;
    if (change === 'mute') {
      const mute = line.controls.find((control): control is MuteControl => control.type === 'MUTE');
      if (!mute) throw missing(`“${line.name}” has no mute.`, line.name);
      const muted = !mute.muted.every(Boolean);
      await mixer.setControl(deviceId, mute.id, { muted: mute.muted.map(() => muted) });
      return;
    }
    const volume = line.controls.find((control): control is VolumeControl => control.type === 'VOLUME');
    if (!volume) throw missing(`“${line.name}” has a fixed level.`, line.name);
    const levels = stepLevels(volume.levels, volume.range, change);
    await mixer.setControl(deviceId, volume.id, { levels: volume.uniform ? levels.slice(0, 1) : levels });
  }

  async #changeProgram(name: string, change: LevelChange): Promise<void> {
    const { endpoints } = this.#options;
    const { programs } = await endpoints.getSnapshot();
    const wanted = name.toLowerCase();
    const streams = programs.filter(({ program, own }) => !own && program.toLowerCase() === wanted);
    if (streams.length === 0) throw missing(`“${name}” plays nothing at the moment.`, name);
    const muted = !streams.every((stream) => stream.muted);
    for (const { id, levels, range } of streams) {
      if (change === 'mute') await endpoints.setProgramMuted(id, muted);
      else if (levels.length > 0) await endpoints.setProgramLevels(id, stepLevels(levels, range, change));
    }
  }

  async #applyProfile(name: string | null): Promise<void> {
    const { profiles } = this.#options;
    if (name !== null) return void (await profiles.apply(name));
    const { profiles: all, current } = await profiles.getState();
    const next = all[(all.findIndex((each) => each.name === current) + 1) % Math.max(1, all.length)];
    if (!next) throw missing('There is no profile yet.', 'profiles');
    await profiles.apply(next.name);
  }

  async #play(command: PlayerCommand): Promise<void> {
    const { player } = this.#options;
    const { phase, queue } = await player.getState();
    if (queue.length === 0) throw missing('The queue of the player is empty.', 'player');
    switch (command) {
      case 'toggle':
        return phase === 'playing' ? player.pause() : player.play(null);
      case 'stop':
        return player.stop();
      case 'next':
        return player.next();
      case 'previous':
        return player.previous();
    }
  }
}

export interface FoundLine {
  deviceId: string;
  line: MixerLine;
}

/** The line of the master fader: destination 0 of the first device. Specification 6.6. */
export function masterOf(devices: readonly MixerDevice[]): FoundLine | undefined {
  const [device] = devices;
  const line = device?.destinations[0];
  return device && line && { deviceId: device.id, line };
}

function lineNamed(devices: readonly MixerDevice[], deviceId: string, key: string): FoundLine | undefined {
  const device = devices.find(({ id }) => id === deviceId);
  if (!device) return undefined;
  const keys = lineKeys(device.destinations);
  const line = device.destinations
    .flatMap((destination) => [destination, ...destination.sources])
    .find(({ id }) => keys.get(id) === key);
  return line && { deviceId, line };
}

const missing = (message: string, subject: string) =>
  new PinwheelError({ code: 'not-found', message, subject });
