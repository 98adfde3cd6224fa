import { referenceTime } from '../../../src/contract/units.ts';
import { Emitter } from '../../../src/contract/emitter.ts';
import type { HostCommand, HostEvent } from '../../../src/contract/hardware.ts';
import type { HostExit, HostPort } from '../../../src/main/hardware/hostPort.ts';

type OpenCommand = Extract<HostCommand, { type: 'open' }>;

/** A device host played by the test: it does what hosts do with `close` and `kill`, the rest is up to the test. */
export class HostScript implements HostPort {
  readonly pid: number;
  readonly commands: HostCommand[] = [];
  #events = new Emitter<HostEvent>();
  #exits = new Emitter<HostExit>();
  #over = false;
  /** Does not even react to `close`. */
  hung = false;
  /** Not even to `kill`: the kernel holds it in a call. */
  immortal = false;
  readonly onEvent = this.#events.event;
  readonly onExit = this.#exits.event;

  constructor(pid: number) {
    this.pid = pid;
  }

  get over(): boolean {
    return this.#over;
  }

  get open(): OpenCommand | undefined {
    return this.commands.find((command): command is OpenCommand => command.type === 'open');
  }

  /** What it was asked to open. */
  get target(): string {
    const output = this.open?.output;
    return output?.kind === 'sink' ? `sink:${output.name}` : (output?.kind ?? 'waiting');
  }

  of<T extends HostCommand['type']>(type: T): Extract<HostCommand, { type: T }>[] {
    return this.commands.filter(
      (command): command is Extract<HostCommand, { type: T }> => command.type === type,
    );
  }

  send(command: HostCommand): void {
    if (this.#over) return;
    this.commands.push(command);
    if (command.type === 'close' && !this.hung && !this.immortal) setTimeout(() => this.exits(0, null), 30);
  }

  kill(): void {
    if (!this.immortal) setTimeout(() => this.exits(null, 'SIGKILL'), 1);
  }

  says(event: HostEvent): void {
    if (!this.#over) this.#events.fire(event);
  }

  opens(sampleRate = 48_000): void {
    const kind = this.open?.output.kind === 'null' ? 'null' : 'device';
    this.says({
      type: 'opened',
      output: { kind, label: '', reason: '' },
      sampleRate,
      chunkFrames: 512,
      at: referenceTime(0),
    });
  }

  /** What a host that is well says four times a second. */
  status(changes: Partial<Extract<HostEvent, { type: 'status' }>['status']> = {}): void {
    this.says({
      type: 'status',
      status: {
        frames: 0,
        sampleRate: 48_000,
        latencyMs: 80,
        outputLatencyMs: 20,
        cpuPercent: 5,
        underruns: 0,
        voices: 0,
        ...changes,
      },
    });
  }

  exits(code: number | null, signal: string | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#exits.fire({ code, signal, stderrTail: '' });
  }
}
