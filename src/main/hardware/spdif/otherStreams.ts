import type { Disposable } from '../../../contract/disposable.ts';
import { PinwheelError, type ErrorRecord } from '../../../contract/errors.ts';
import {
  processIdOf,
  type Outputs,
  type SinkInputInfo,
  type SoundServerClient,
} from '../soundServer/index.ts';

/** The requests to the sound server that sending other programs' streams away takes. */
export type OtherStreamRequests = Pick<
  SoundServerClient,
  'sinkInputs' | 'moveSinkInput' | 'setSinkInputMute' | 'onEvent'
>;

export interface OtherStreamsOptions {
  readonly server: OtherStreamRequests;
  readonly outputs: () => Outputs;
  /** The sink that data is sent through. */
  readonly sink: Outputs['sinks'][number];
  /** Streams of these processes are Pinwheel's own, which see to themselves. */
  readonly isOurs: (processId: number) => boolean;
  /** A stream can neither be moved nor muted. */
  readonly onFault: (error: ErrorRecord) => void;
}

/** What was done to a stream: where it was sent, or that it was muted. */
interface Measure {
  readonly movedTo?: string;
  readonly muted?: true;
}

/**
 * Keeps the streams of other programs off a sink as long as data is sent through it: mixed into data, sound destroys
 * it. They play on on another output; where there is none they are muted, as are those that come back by themselves.
 * A stream that a program starts there is heard for the few milliseconds that the server takes to tell of it.
 */
export class OtherStreams implements Disposable {
  readonly #options: OtherStreamsOptions;
  readonly #measures = new Map<number, Measure>();
  readonly #subscription: Disposable;
  #clearing: Promise<void> | undefined;
  #again = false;
  #over = false;

  constructor(options: OtherStreamsOptions) {
    this.#options = options;
    this.#subscription = options.server.onEvent(({ facility, type }) => {
      if (facility === 'sinkInput' && type !== 'remove') void this.clear();
    });
  }

  get sink(): Outputs['sinks'][number] {
    return this.#options.sink;
  }

  /** Resolves when nobody else plays on the sink. Never rejects. */
  async clear(): Promise<void> {
    this.#again = true;
    this.#clearing ??= this.#clear().finally(() => (this.#clearing = undefined));
    await this.#clearing;
  }

  /** The streams that are still there get back what they had. Never rejects. */
  async letBack(): Promise<void> {
    this.dispose();
    await this.#clearing;
    const { server, sink, outputs } = this.#options;
    try {
      for (const stream of await server.sinkInputs()) {
        const { movedTo, muted } = this.#measures.get(stream.index) ?? {};
        const place = outputs().sinks.find(({ index }) => index === stream.sink)?.name;
        if (movedTo !== undefined && place === movedTo) await server.moveSinkInput(stream.index, sink.name);
        if (muted) await server.setSinkInputMute(stream.index, false);
      }
    } catch {
      // The server is gone, or a stream went meanwhile.
    }
    this.#measures.clear();
  }

  /** Leaves the streams where they are. */
  dispose(): void {
    this.#over = true;
    this.#subscription.dispose();
  }

  async #clear(): Promise<void> {
    const { server, sink, isOurs, onFault } = this.#options;
    while (this.#again && !this.#over) {
      this.#again = false;
      try {
        for (const stream of await server.sinkInputs()) {
          const processId = processIdOf(stream);
          const isOther = processId === undefined || !isOurs(processId);
          if (stream.sink === sink.index && isOther && !stream.mute) await this.#sendAway(stream);
        }
      } catch (error) {
        if (!this.#over) onFault(PinwheelError.recordOf(error));
        return;
      }
    }
  }

  async #sendAway(stream: SinkInputInfo): Promise<void> {
    const { server, onFault } = this.#options;
    const { index } = stream;
    const before = this.#measures.get(index);
    const elsewhere = before?.movedTo === undefined ? this.#elsewhere() : undefined;
    if (elsewhere !== undefined) {
      this.#measures.set(index, { ...before, movedTo: elsewhere });
      try {
        await server.moveSinkInput(index, elsewhere);
        return;
      } catch {
        // Some streams may not be moved.
      }
    }
    if (!before?.muted) {
      this.#measures.set(index, { muted: true });
      try {
        await server.setSinkInputMute(index, true);
        return;
      } catch {
        // It may have ended by itself.
        if (!(await server.sinkInputs()).some((each) => each.index === index)) return;
      }
    }
    onFault(this.#fault(stream));
  }

  /** The output that others are to play on. */
  #elsewhere(): string | undefined {
    const { sinks, defaultSink } = this.#options.outputs();
    const others = sinks.filter(({ name }) => name !== this.sink.name);
    return (others.find(({ name }) => name === defaultSink) ?? others[0])?.name;
  }

  #fault({ name, properties }: SinkInputInfo): ErrorRecord {
    const { sink } = this.#options;
    const program = properties.get('application.name') ?? name;
    return {
      code: 'device-unavailable',
      message: `“${program}” plays on the S/PDIF output “${sink.description || sink.name}”: data would not arrive unchanged.`,
      subject: sink.name,
      advice: 'End it, or let it play on another output, and play again.',
    };
  }
}
