import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A card whose sound QEMU writes down. */
export type RecordedCard = 'ac97' | 'usb-audio';

/** The temporary directory in which a guest has everything it needs on the host; removed with this process at the latest. */
export class RigHome implements Disposable {
  readonly #dir = mkdtempSync(join(realpathSync(tmpdir()), 'avm-'));
  /** The directory that host and guest have in common. */
  readonly exchange = join(this.#dir, 'exchange');
  readonly initrd = join(this.#dir, 'initrd');
  /** What the guest's first serial port and QEMU itself say. */
  readonly console = join(this.#dir, 'console.log');
  /** Sockets. */
  readonly monitor = join(this.#dir, 'monitor');
  readonly agent = join(this.#dir, 'agent');
  readonly #remove = () => rmSync(this.#dir, { recursive: true, force: true });

  constructor() {
    mkdirSync(this.exchange);
    process.once('exit', this.#remove);
  }

  recording(card: RecordedCard): string {
    return join(this.#dir, `${card}.wav`);
  }

  get consoleText(): string {
    return readFileSync(this.console, 'utf8');
  }

  [Symbol.dispose](): void {
    process.removeListener('exit', this.#remove);
    this.#remove();
  }
}
