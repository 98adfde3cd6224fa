import type { Outputs, SoundServerClient } from '../soundServer/index.ts';

/** The requests to the sound server that levels take. */
export type SinkRequests = Pick<SoundServerClient, 'sinks' | 'setSinkVolume' | 'setSinkMute'>;

type Sink = Outputs['sinks'][number];
/** One factor per channel, and whether it is muted. */
interface Levels {
  readonly volume: readonly number[];
  readonly mute: boolean;
}

/** The levels of a sink that is held at 100 %. */
export interface HeldLevels extends Levels {
  readonly name: string;
}

/** Keeps them longer than this program runs, whatever ends it. */
export interface HeldLevelsMemory {
  readonly heldLevels: HeldLevels | undefined;
  /** Resolves when it is kept. */
  holdLevels(held: HeldLevels | undefined): Promise<void>;
}

/** The device leaves what is played as it is. */
export function isAtUnity({ volume, mute }: Levels): boolean {
  return !mute && volume.every((gain) => gain === 1);
}

/**
 * Holds a sink at 100 % and unmuted as long as data is sent through it, and gives it back the levels it had: what is
 * played next is sound again, and would be loud.
 */
export class UnityLevels {
  readonly #requests: () => SinkRequests | undefined;
  readonly #memory: HeldLevelsMemory | undefined;
  #held: HeldLevels | undefined;

  constructor(requests: () => SinkRequests | undefined, memory?: HeldLevelsMemory) {
    this.#requests = requests;
    this.#memory = memory;
  }

  /** @throws PinwheelError of a request that failed */
  async hold(sink: Sink): Promise<void> {
    if (this.#held?.name !== sink.name) {
      await this.restore();
      this.#held = { name: sink.name, volume: [...sink.volume], mute: sink.mute };
      if (!isAtUnity(sink)) await this.#memory?.holdLevels(this.#held);
    }
    await this.assertVolume(sink);
    if (sink.mute) await this.#requests()?.setSinkMute(sink.name, false);
  }

  /** Somebody turned it down: data would be noise. */
  async assertVolume({ name, volume }: Sink): Promise<void> {
    if (volume.some((gain) => gain !== 1)) {
      await this.#requests()?.setSinkVolume(
        name,
        volume.map(() => 1),
      );
    }
  }

  /** Never rejects: a sink that is gone has no levels. */
  async restore(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held) await this.#giveBack(held);
  }

  /** What a program that was killed has left at 100 % gets its levels back, if nobody has set it since. */
  async restoreLeft(sinks: readonly Sink[]): Promise<void> {
    const left = this.#memory?.heldLevels;
    if (!left || this.#held) return;
    const sink = sinks.find(({ name }) => name === left.name);
    if (!sink) return;
    if (isAtUnity(sink)) await this.#giveBack(left);
    else await this.#memory?.holdLevels(undefined);
  }

  async #giveBack(held: HeldLevels): Promise<void> {
    const requests = this.#requests();
    // Away: what is kept of it is for the next time it is there.
    if (!requests || isAtUnity(held)) return;
    try {
      // Muted first, so that nothing is loud in between.
      if (held.mute) await requests.setSinkMute(held.name, true);
      await requests.setSinkVolume(held.name, held.volume);
      await this.#memory?.holdLevels(undefined);
    } catch {
      // They are kept, and given back when the sink is there the next time.
    }
  }
}
