import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { favour } from '../daemon.ts';
import { sessionEnvironment, until } from '../session.ts';
import { SOURCE } from './configuration.ts';
import type { PipeWireRig } from './pipeWireRig.ts';

const run = promisify(execFile);
/** A player that has just ended may still be seen under its name. */
let players = 0;

/** Plays a sound file into the rig's microphone, from its beginning, until it is disposed or the file ends. */
export class MicrophonePlayer {
  readonly #child: ChildProcess;
  readonly ended: Promise<void>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  /** Resolves when it is wired to the source. What it plays before that is not heard. */
  static async start(rig: PipeWireRig, file: string): Promise<MicrophonePlayer> {
    const env = sessionEnvironment(rig.env);
    const name = `microphone-player-${process.pid}-${++players}`;
    const child = spawn(
      'setpriv',
      [
        ...['--pdeathsig', 'SIGKILL', '--', 'pw-cat', '--playback'],
        // The session manager would connect it to the loudspeakers.
        ...['--target', '0', '--properties', `node.name=${name}`, file],
      ],
      // A session of its own, so that it can be favoured as the server is.
      { env, stdio: 'ignore', detached: true },
    );
    if (child.pid !== undefined) favour(child.pid);
    const player = new MicrophonePlayer(child);
    const link = async (channel: string): Promise<boolean> => {
      try {
        await run('pw-link', [`${name}:output_${channel}`, `${SOURCE.name}:input_${channel}`], { env });
        return true;
      } catch {
        return false;
      }
    };
    for (const channel of ['FL', 'FR']) {
      await until(
        () => link(channel),
        () => 'The player cannot be wired to the microphone.',
      );
    }
    return player;
  }

  async dispose(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
    await this.ended;
  }
}
