import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** A time on the monotonic clock, in milliseconds, in which a processor ran nothing. */
export interface Stall {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Above sound servers, and everything else that is not the system itself. */
const PRIORITY = '30';
const WAKE_MS = 2;
/** A wakeup that is later than this is no accident. */
const LATE_MS = 6;
const WATCH = `
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let last = Number(process.hrtime.bigint()) / 1e6;
  for (;;) {
    Atomics.wait(cell, 0, 0, ${WAKE_MS});
    const now = Number(process.hrtime.bigint()) / 1e6;
    if (now - last > ${WAKE_MS + LATE_MS}) require('fs').writeSync(1, (last + ${WAKE_MS}) + ' ' + now + '\\n');
    last = now;
  }`;

/**
 * Notices when a processor stands still, as that of a virtual machine does when its host runs something else: a process
 * of the highest priority on each of them says when it was not woken in time. Where such a priority cannot be had, no
 * stall is ever told.
 */
export class StallWatch {
  readonly #children: ChildProcess[] = [];
  readonly #stalls: Stall[] = [];

  constructor() {
    const chrt = ['--rr', PRIORITY];
    if (spawnSync('chrt', [...chrt, 'true']).status !== 0) return;
    for (let processor = 0; processor < availableParallelism(); processor++) {
      const command = [...chrt, 'taskset', '--cpu-list', String(processor), process.execPath, '-e', WATCH];
      const child = spawn('chrt', command, { stdio: ['ignore', 'pipe', 'ignore'] });
      let text = '';
      child.stdout.on('data', (piece: Buffer) => {
        const lines = (text + piece.toString()).split('\n');
        text = lines.pop()!;
        for (const line of lines) {
          const [fromMs, toMs] = line.split(' ').map(Number);
          this.#stalls.push({ fromMs: fromMs!, toMs: toMs! });
        }
      });
      this.#children.push(child);
    }
  }

  /** Whether a processor stood still within `slackMs` of a moment. */
  hasAt(ms: number, slackMs: number): boolean {
    return this.#stalls.some(({ fromMs, toMs }) => ms > fromMs - slackMs && ms < toMs + slackMs);
  }

  get stalls(): readonly Stall[] {
    return this.#stalls;
  }

  stop(): void {
    for (const child of this.#children.splice(0)) child.kill('SIGKILL');
  }
}
