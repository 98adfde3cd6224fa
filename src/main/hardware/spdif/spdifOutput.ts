import { Emitter, type Event } from '../../../contract/emitter.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import type { WaveFormatRecord } from '../../../contract/hardware.ts';
import { referenceTime, type ReferenceTime } from '../../../contract/units.ts';
import type { HostFactory } from '../hostPort.ts';
import type { SoundServerView } from '../machineViews.ts';
import type { WaveHardwareStream } from '../waveHardwareStream.ts';
import { SinkHold } from './sinkHold.ts';
import { SpdifSession } from './spdifSession.ts';
import type { HeldLevelsMemory } from './unityLevels.ts';

export interface SpdifOutputOptions {
  readonly hostFactory: HostFactory;
  readonly soundServer: SoundServerView | undefined;
  readonly epochNs: bigint;
  /** Whether a process is a device host of this program. */
  readonly isHost: (processId: number) => boolean;
  readonly memory: HeldLevelsMemory | undefined;
}

/** No output was chosen. */
export const NO_SPDIF = 'none';
const SINK = 'sink:';

/**
 * The card's S/PDIF transmitter: one stream of IEC 61937 bursts at a time, sent unchanged through the sink that the user
 * chose for it. It holds that sink as long as the stream is open.
 */
export class SpdifOutput {
  readonly #options: SpdifOutputOptions;
  readonly #hold: SinkHold;
  readonly #held = new Emitter<string | undefined>();
  readonly #sessions = new Set<SpdifSession>();
  readonly #subscription;
  #selection = NO_SPDIF;
  #current: SpdifSession | undefined;
  #started = false;
  /** The sink that is held from now on; undefined when none is. */
  readonly onHeld: Event<string | undefined> = this.#held.event;

  constructor(options: SpdifOutputOptions) {
    this.#options = options;
    const { soundServer, isHost, memory } = options;
    this.#hold = new SinkHold({
      soundServer,
      isOurs: isHost,
      memory,
      onFault: (error) => this.#current?.fail(error),
    });
    this.#subscription = soundServer?.onChange((outputs) => {
      this.#current?.serverNews(outputs);
      if (this.#started) void this.#hold.restoreLeft(outputs);
    });
  }

  /** `none`, or the id of a sink in the device list. */
  get selection(): string {
    return this.#selection;
  }

  /** This program is the one that plays: what an earlier one has left of a sink is mended. */
  start(): void {
    this.#started = true;
    const { soundServer } = this.#options;
    if (soundServer?.outputs.serverRunning) void this.#hold.restoreLeft(soundServer.outputs);
  }

  /** For the streams that are opened from now on; the sink may come later. */
  select(outputId: string): void {
    this.#selection = outputId;
  }

  /** Name of the sink that data is sent through. */
  get heldSink(): string | undefined {
    return this.#current?.sinkName;
  }

  get latency(): ReferenceTime {
    return this.#current?.latency ?? referenceTime(0);
  }

  /** Whether a process of this machine is one of its device hosts. */
  isHost(processId: number): boolean {
    return [...this.#sessions].some((session) => session.processId === processId);
  }

  /**
   * Opens the stream, in state STOP. What is found out later, such as a sink that keeps its own rate, is told by the
   * stream's `onFailed`.
   *
   * @throws PinwheelError `device-unavailable` without a sink for it, `bad-state` when it sends already
   */
  open(format: WaveFormatRecord): WaveHardwareStream {
    if (this.#current) {
      throw new PinwheelError({
        code: 'bad-state',
        message: 'S/PDIF sends another stream.',
        status: 'STATUS_UNSUCCESSFUL',
      });
    }
    const { hostFactory, epochNs, soundServer } = this.#options;
    const sink = this.#chosenSink();
    const session = new SpdifSession({
      host: hostFactory(),
      sink,
      format,
      epochNs,
      hold: this.#hold,
      requests: () => soundServer?.client,
      ended: (ended) => this.#ended(ended),
      exited: (exited) => this.#sessions.delete(exited),
    });
    this.#current = session;
    this.#sessions.add(session);
    this.#held.fire(session.sinkName);
    return session.stream;
  }

  /** Ends the stream. Resolves when its process is gone and the sink is as it was before. */
  async dispose(): Promise<void> {
    this.#subscription?.dispose();
    this.#current?.stream.reportLost('Pinwheel ends.');
    this.#current?.dispose();
    await this.#hold.letGo();
    while (this.#sessions.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    this.#held.dispose();
  }

  #ended(session: SpdifSession): void {
    if (this.#current !== session) return;
    this.#current = undefined;
    this.#hold.release();
    this.#held.fire(undefined);
  }

  #chosenSink() {
    if (this.#selection === NO_SPDIF) {
      throw new PinwheelError({
        code: 'device-unavailable',
        message: 'No output was chosen for S/PDIF.',
        advice:
          'Choose the digital output that leads to the receiver, in the settings or with “pinwheel devices”.',
      });
    }
    const name = this.#selection.slice(SINK.length);
    const sink = this.#options.soundServer?.outputs.sinks.find((each) => each.name === name);
    if (sink) return sink;
    throw new PinwheelError({
      code: 'device-unavailable',
      message: `The S/PDIF output “${name}” is not connected.`,
      subject: name,
      advice: 'Connect it, or choose another output for S/PDIF.',
    });
  }
}
