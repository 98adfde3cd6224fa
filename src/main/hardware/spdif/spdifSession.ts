import type { Disposable } from '../../../contract/disposable.ts';
import { PinwheelError, type ErrorRecord } from '../../../contract/errors.ts';
import type {
  CardDescription,
  HostCommand,
  HostEvent,
  WaveFormatRecord,
} from '../../../contract/hardware.ts';
import { millisecondsToReferenceTime, referenceTime, type ReferenceTime } from '../../../contract/units.ts';
import type { HostPort } from '../hostPort.ts';
import { HostSession, type SessionEnd } from '../hostSession.ts';
import type { Outputs } from '../soundServer/index.ts';
import { resetStreams, type StreamRequests } from '../streamReset.ts';
import { WaveHardwareStream } from '../waveHardwareStream.ts';
import type { SinkHold } from './sinkHold.ts';
import { isAtUnity, type SinkRequests } from './unityLevels.ts';

/** One input, and nothing between it and the device. */
const CARD: CardDescription = { channels: 2, inputs: [{ id: 'spdif', stages: [] }], master: [] };
const INPUT = 'spdif';
/** Of a host's streams: it has this one. */
const STREAM = 1;

/** The sink takes this many looks to have the stream's rate and levels of 100 %. */
const LOOKS = 20;
const LOOK_INTERVAL_MS = 50;

export interface SpdifSessionOptions {
  readonly host: HostPort;
  readonly sink: Outputs['sinks'][number];
  readonly format: WaveFormatRecord;
  readonly epochNs: bigint;
  readonly hold: SinkHold;
  /** Undefined while the server is away. */
  requests(): (StreamRequests & SinkRequests) | undefined;
  /** The stream is over, by itself or because it was closed. */
  ended(session: SpdifSession): void;
  /** Its process is gone. */
  exited(session: SpdifSession): void;
}

/**
 * One stream of bursts and the device host it has to itself. The host opens the sink at the stream's rate; the stream
 * runs when it is sure that the sink runs at that rate too and changes no level.
 */
export class SpdifSession implements Disposable {
  readonly stream: WaveHardwareStream;
  readonly sinkName: string;
  readonly #options: SpdifSessionOptions;
  readonly #session: HostSession;
  readonly #label: string;
  /** What came after the first RUN, while the sink was not ready. */
  #held: HostCommand[] | undefined = [];
  #running = false;
  #failed = false;
  #over = false;
  #latency: ReferenceTime = referenceTime(0);

  constructor(options: SpdifSessionOptions) {
    const { host, sink, format, epochNs } = options;
    this.#options = options;
    this.sinkName = sink.name;
    this.#label = sink.description || sink.name;
    const { sampleRate } = format;
    this.#session = new HostSession(
      host,
      {
        request: { kind: 'sink', name: sink.name, sampleRate, exact: true },
        key: `spdif:${sink.name}`,
        label: this.#label,
        outputId: `sink:${sink.name}`,
      },
      'spdif',
      {
        type: 'open',
        output: { kind: 'sink', name: sink.name, sampleRate, exact: true },
        // Nobody plays along with it: the longest queue is the safest one.
        latency: 'saving',
        card: CARD,
        registers: [],
        epochNs,
      },
      {
        opened: () => void this.#prepare(),
        event: (_session, event) => this.#take(event),
        ended: (_session, end) => this.#ended(end),
        exited: () => options.exited(this),
      },
    );
    this.stream = new WaveHardwareStream(
      STREAM,
      (command) => this.#post(command),
      () => this.dispose(),
    );
    this.#session.send({ type: 'openWave', stream: STREAM, input: INPUT, format });
  }

  get processId(): number | undefined {
    return this.#session.processId;
  }

  /** Between rendering and sending, as last reported. */
  get latency(): ReferenceTime {
    return this.#latency;
  }

  /** The server's news: the sink may be gone, run at another rate, or have been turned down. */
  serverNews({ serverRunning, sinks }: Outputs): void {
    if (this.#over) return;
    const sink = sinks.find(({ name }) => name === this.sinkName);
    if (!serverRunning || !sink) {
      // At once: the server would play the data elsewhere, as noise.
      this.#session.kill();
      this.#lose(`The S/PDIF output “${this.#label}” is gone.`);
    } else if (!this.#held) {
      if (!this.#hasRate(sink)) this.fail(this.#wrongRate(sink.sampleSpec.rate));
      else
        this.#options.hold
          .assertVolume(sink)
          .catch((error: unknown) => this.fail(PinwheelError.recordOf(error)));
    }
  }

  /** It stays open until it is closed, and sends nothing any more. */
  fail(error: ErrorRecord): void {
    if (this.#over || this.#failed) return;
    this.#failed = true;
    this.#session.send({ type: 'setStreamState', stream: STREAM, state: 'STOP' });
    this.stream.report({ type: 'streamFailed', stream: STREAM, error });
  }

  /** Ends the stream and its host. */
  dispose(): void {
    if (this.#over) return;
    this.#over = true;
    this.#session.close();
    this.#options.ended(this);
  }

  #post(command: HostCommand): void {
    if (command.type === 'setStreamState') this.#running ||= command.state === 'RUN';
    if (this.#failed && command.type !== 'closeStream') return;
    if (this.#held && this.#running && command.type !== 'closeStream') this.#held.push(command);
    else this.#session.send(command);
  }

  /** The host plays silence: time to see to the sink. */
  async #prepare(): Promise<void> {
    try {
      const { hold, requests, format } = this.#options;
      for (let look = 0; look < LOOKS && !this.#over; look++) {
        const server = requests();
        if (!server) break;
        if (look === 0 && this.processId !== undefined) await resetStreams(server, this.processId);
        const sink = (await server.sinks()).find(({ name }) => name === this.sinkName);
        if (!sink || this.#over) break;
        if (look === 0 || !isAtUnity(sink)) await hold.hold(sink);
        else if (this.#hasRate(sink)) return this.#begin();
        else if (look === LOOKS - 1) return this.fail(this.#wrongRate(sink.sampleSpec.rate));
        await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
      }
      if (!this.#over) {
        this.fail({
          code: 'device-unavailable',
          message: `The S/PDIF output “${this.#label}” cannot be made ready for ${format.sampleRate} Hz.`,
        });
      }
    } catch (error) {
      this.fail(PinwheelError.recordOf(error));
    }
  }

  #begin(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (this.#failed) return;
    for (const command of held) this.#session.send(command);
  }

  #hasRate({ sampleSpec }: Outputs['sinks'][number]): boolean {
    return sampleSpec.rate === this.#options.format.sampleRate;
  }

  #wrongRate(rate: number): ErrorRecord {
    return {
      code: 'not-supported',
      message: `“${this.#label}” runs at ${rate} Hz; data for ${this.#options.format.sampleRate} Hz would not arrive unchanged.`,
      subject: this.sinkName,
      advice: 'Let the sound server change the rate of this device, or choose another output for S/PDIF.',
    };
  }

  #take(event: HostEvent): void {
    switch (event.type) {
      case 'status':
        this.#latency = millisecondsToReferenceTime(event.status.latencyMs);
        break;
      case 'streamPosition':
        this.stream.reportPosition(event);
        break;
      case 'streamSegment':
      case 'streamEnded':
      case 'streamFailed':
      case 'streamUnderrun':
        this.stream.report(event);
        break;
      case 'streamError':
        this.fail({ code: 'internal', message: event.message });
        break;
      default:
        // Meters and banks there are none.
        break;
    }
  }

  #ended({ cause, message }: SessionEnd): void {
    if (cause !== 'closed') this.#lose(message);
  }

  #lose(message: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#options.ended(this);
    this.stream.reportLost(message);
  }
}
