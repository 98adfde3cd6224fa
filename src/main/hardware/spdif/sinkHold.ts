import type { ErrorRecord } from '../../../contract/errors.ts';
import type { Outputs } from '../soundServer/index.ts';
import type { SoundServerView } from '../machineViews.ts';
import { OtherStreams } from './otherStreams.ts';
import { UnityLevels, type HeldLevelsMemory } from './unityLevels.ts';

type Sink = Outputs['sinks'][number];

export interface SinkHoldOptions {
  readonly soundServer: SoundServerView | undefined;
  readonly isOurs: (processId: number) => boolean;
  readonly memory: HeldLevelsMemory | undefined;
  /** Data on the sink will not arrive unchanged. */
  readonly onFault: (error: ErrorRecord) => void;
}

/** When one stream follows another, levels and streams do not go to and fro. */
const LET_GO_AFTER_MS = 1_000;

/** Has a sink at 100 %, unmuted and to itself as long as data is sent through it, and gives it back as it was. */
export class SinkHold {
  readonly #options: SinkHoldOptions;
  readonly #levels: UnityLevels;
  #others: OtherStreams | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SinkHoldOptions) {
    this.#options = options;
    this.#levels = new UnityLevels(() => options.soundServer?.client, options.memory);
  }

  /** @throws PinwheelError of a request that failed */
  async hold(sink: Sink): Promise<void> {
    clearTimeout(this.#timer);
    const { soundServer, isOurs, onFault } = this.#options;
    const server = soundServer?.client;
    if (!soundServer || !server) return;
    if (this.#others?.sink.index !== sink.index) {
      await this.#others?.letBack();
      this.#others = new OtherStreams({ server, outputs: () => soundServer.outputs, sink, isOurs, onFault });
    }
    await Promise.all([this.#levels.hold(sink), this.#others.clear()]);
  }

  /** Somebody turned it down: data would be noise. @throws PinwheelError of the request */
  async assertVolume(sink: Sink): Promise<void> {
    await this.#levels.assertVolume(sink);
  }

  /** Soon, unless the sink is held again. */
  release(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.letGo(), LET_GO_AFTER_MS);
  }

  /** At once. Never rejects. */
  async letGo(): Promise<void> {
    clearTimeout(this.#timer);
    const others = this.#others;
    this.#others = undefined;
    // Levels first: what comes back would be loud.
    await this.#levels.restore();
    await others?.letBack();
  }

  /** As `UnityLevels.restoreLeft`. Never rejects. */
  async restoreLeft({ sinks }: Outputs): Promise<void> {
    await this.#levels.restoreLeft(sinks);
  }
}
