import type { HostCommand, StreamState } from '../../../src/contract/hardware.ts';
import { createInProcessHost } from '../../../src/main/host/inProcessHost.ts';
import type { HostPort } from '../../../src/main/hardware/hostPort.ts';

/** What a device host was told of one stream. */
export interface HostStream {
  readonly subdevice: string;
  state: StreamState;
}

const SUBDEVICE_OF: Readonly<Record<string, string>> = { synth: 'Wavetable', fm: 'FmSynth', wave: 'Wave' };

/** The real host on the null device in this process, with a record of the streams it was told of. */
export class RecordedHost implements HostPort {
  readonly pid = undefined;
  readonly streams = new Map<number, HostStream>();
  /** Whatever it was told or had to say that a correct engine never causes. */
  readonly complaints: string[] = [];
  readonly onEvent: HostPort['onEvent'];
  readonly onExit: HostPort['onExit'];
  /** Told to end: what becomes of its device is nobody's loss. */
  closing = false;
  readonly #host = createInProcessHost();
  readonly #usedNumbers: Set<number>;

  /** `usedNumbers`: of the streams of all hosts so far. */
  constructor(usedNumbers: Set<number>) {
    this.#usedNumbers = usedNumbers;
    this.onEvent = this.#host.onEvent;
    this.onExit = this.#host.onExit;
    this.#host.onEvent((event) => {
      if (event.type === 'streamError') this.complaints.push(`stream ${event.stream}: ${event.message}`);
    });
  }

  send(command: HostCommand): void {
    switch (command.type) {
      case 'openStream':
      case 'openWave':
        this.#opened(command.stream, SUBDEVICE_OF[command.input] ?? command.input);
        break;
      case 'openCapture':
        this.#opened(command.stream, 'WaveCapture');
        break;
      case 'setStreamState': {
        const stream = this.streams.get(command.stream);
        if (stream) stream.state = command.state;
        else this.complaints.push(`stream ${command.stream} is set to ${command.state} and is not open`);
        break;
      }
      case 'closeStream':
        if (!this.streams.delete(command.stream))
          this.complaints.push(`stream ${command.stream} is closed and is not open`);
        break;
      case 'close':
        this.closing = true;
        break;
      default:
    }
    this.#host.send(command);
  }

  kill(): void {
    this.#host.kill();
  }

  #opened(stream: number, subdevice: string): void {
    if (this.#usedNumbers.has(stream)) this.complaints.push(`stream number ${stream} is used again`);
    this.#usedNumbers.add(stream);
    this.streams.set(stream, { subdevice, state: 'STOP' });
  }
}
