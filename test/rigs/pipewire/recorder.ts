import { spawn, type ChildProcess } from 'node:child_process';
import { favour } from '../daemon.ts';
import { monotonicMs, Recording, type Arrival } from './recording.ts';

export interface RecordOptions {
  rate?: number;
  channels?: number;
}

/** Records a source, such as the monitor of a sink, until stopped or until the sound server goes away. */
export class Recorder {
  readonly rate: number;
  readonly channels: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #arrivals: Arrival[] = [];
  readonly #waiting = new Set<() => void>();
  #samples = new Float32Array(1 << 20);
  #length = 0;
  /** Bytes of a sample that was cut by the pipe. */
  #rest: Buffer = Buffer.alloc(0);
  #messages = '';
  #over = false;
  #stopped = false;

  private constructor(child: ChildProcess, rate: number, channels: number) {
    this.#child = child;
    this.rate = rate;
    this.channels = channels;
    child.stdout!.on('data', (piece: Buffer) => this.#receive(piece));
    child.stderr!.on(
      'data',
      (piece: Buffer) => (this.#messages = (this.#messages + piece.toString()).slice(-2000)),
    );
    this.#ended = new Promise((resolve) => {
      const end = () => {
        this.#over = true;
        for (const check of [...this.#waiting]) check();
        resolve();
      };
      child.once('close', end);
      child.once('error', (error) => {
        this.#messages += error.message;
        end();
      });
    });
  }

  /** Resolves when the first sound, or silence, has come in: whatever is played from then on is recorded. */
  static async start(
    source: string,
    env: Record<string, string>,
    options: RecordOptions = {},
  ): Promise<Recorder> {
    const { rate = 48000, channels = 2 } = options;
    const command = [
      'parec',
      `--device=${source}`,
      '--format=float32le',
      `--rate=${rate}`,
      `--channels=${channels}`,
      '--latency-msec=20',
      '--raw',
    ];
    const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', '--', ...command], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A session of its own, so that it can be favoured as the server is.
      detached: true,
    });
    if (child.pid !== undefined) favour(child.pid);
    const recorder = new Recorder(child, rate, channels);
    try {
      await recorder.waitFor((recording) => recording.frames > 0, 5000);
    } catch (error) {
      await recorder.stop();
      throw error;
    }
    return recorder;
  }

  /** False once the sound server has ended it. */
  get running(): boolean {
    return !this.#over;
  }

  /** What has been recorded so far. */
  get recording(): Recording {
    const whole = this.#length - (this.#length % this.channels);
    return new Recording({
      rate: this.rate,
      channels: this.channels,
      interleaved: this.#samples.subarray(0, whole),
      interrupted: this.#over && !this.#stopped,
      arrivals: this.#arrivals,
    });
  }

  /**
   * Resolves with the recording as soon as `predicate` holds for it; it is asked at every piece that comes in.
   * Rejects when the time is over or the recording has ended before that.
   */
  waitFor(predicate: (recording: Recording) => boolean, timeoutMs: number): Promise<Recording> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        this.#waiting.delete(check);
        clearTimeout(timer);
        settle();
      };
      const check = () => {
        try {
          const recording = this.recording;
          if (predicate(recording)) finish(() => resolve(recording));
          else if (this.#over)
            finish(() => reject(new Error(`The recording ended. ${this.#messages.trim()}`)));
        } catch (error) {
          finish(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      };
      const timer = setTimeout(
        () =>
          finish(() =>
            reject(new Error(`Not within ${timeoutMs} ms (${this.recording.seconds} s recorded).`)),
          ),
        timeoutMs,
      );
      this.#waiting.add(check);
      check();
    });
  }

  /** Ends the recording and answers all of it. May be called again. */
  async stop(): Promise<Recording> {
    if (!this.#over) {
      this.#stopped = true;
      this.#child.kill('SIGTERM');
      const impatience = setTimeout(() => this.#child.kill('SIGKILL'), 2000);
      await this.#ended;
      clearTimeout(impatience);
    }
    return this.recording;
  }

  #receive(piece: Buffer): void {
    const atMs = monotonicMs();
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece;
    const count = bytes.length >> 2;
    this.#rest = Buffer.from(bytes.subarray(count * 4));
    if (this.#length + count > this.#samples.length) {
      const larger = new Float32Array(2 * Math.max(this.#samples.length, count));
      larger.set(this.#samples.subarray(0, this.#length));
      this.#samples = larger;
    }
    for (let index = 0; index < count; index++)
      this.#samples[this.#length + index] = bytes.readFloatLE(index * 4);
    this.#length += count;
    this.#arrivals.push({ frames: Math.floor(this.#length / this.channels), atMs });
    for (const check of [...this.#waiting]) check();
  }
}
