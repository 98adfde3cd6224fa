import type { Outputs, SoundServerClient } from '../soundServer/index.ts';

/** The requests to the sound server that levels take. */
export type SinkRequests = Pick<SoundServerClient, 'sinks' | 'setSinkVolume' | 'setSinkMute'>;

type Sink = Outputs['sinks'][number];
/** One factor per channel, and whether it is muted. */
interface Levels {
  readonly volume: readonly number[];
  readonly mute: boolean;
}

/** When one stream follows another, the levels do not go to and fro. */
const RESTORE_AFTER_MS = 1_000;

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
  #held: ({ readonly name: string } & Levels) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(requests: () => SinkRequests | undefined) {
    this.#requests = requests;
  }

  /** @throws PinwheelError of a request that failed */
  async hold(sink: Sink): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#held?.name !== sink.name) await this.restore();
    this.#held ??= { name: sink.name, volume: [...sink.volume], mute: sink.mute };
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

  /** Soon, unless the sink is held again. */
  release(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.restore(), RESTORE_AFTER_MS);
  }

  /** At once. Never rejects: a sink that is gone has no levels. */
  async restore(): Promise<void> {
    clearTimeout(this.#timer);
    const held = this.#held;
    const requests = this.#requests();
    this.#held = undefined;
    if (!held || !requests || isAtUnity(held)) return;
    try {
      // Muted first, so that nothing is loud in between.
      if (held.mute) await requests.setSinkMute(held.name, true);
      await requests.setSinkVolume(held.name, held.volume);
    } catch {
      // Nothing to be done about it.
    }
  }
}
