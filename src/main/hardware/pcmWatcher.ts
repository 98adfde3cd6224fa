import { readFile } from 'node:fs/promises';
import type { Disposable } from '../../contract/disposable.ts';
import { Emitter } from '../../contract/emitter.ts';

const POLL_MS = 2_000;
const PROC_FILE = '/proc/asound/pcm';

/**
 * Whether this machine has a PCM that can play, found without the audio library: on Linux from the kernel's list of
 * PCMs, read again every two seconds, since there is no event for it. Other systems always have their default device.
 */
export class PcmWatcher implements Disposable {
  #path: string;
  #changeEmitter = new Emitter<void>();
  #list: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;
  #firstLook: Promise<void>;
  readonly onChange = this.#changeEmitter.event;

  constructor(options: { path?: string; pollMs?: number; platform?: NodeJS.Platform } = {}) {
    this.#path = options.path ?? PROC_FILE;
    if ((options.platform ?? process.platform) !== 'linux') {
      this.#list = 'playback';
      this.#firstLook = Promise.resolve();
      return;
    }
    this.#firstLook = this.#look();
    this.#timer = setInterval(() => void this.#look(), options.pollMs ?? POLL_MS);
    this.#timer.unref();
  }

  get playback(): boolean {
    return this.#list?.includes('playback') ?? false;
  }

  /** Resolves after the first look. Never rejects. */
  ready(): Promise<void> {
    return this.#firstLook;
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#timer);
    this.#changeEmitter.dispose();
  }

  async #look(): Promise<void> {
    const first = this.#list === undefined;
    // No ALSA in the kernel: no such file, no PCMs.
    const list = await readFile(this.#path, 'utf8').catch(() => '');
    if (this.#disposed || list === this.#list) return;
    this.#list = list;
    if (!first) this.#changeEmitter.fire();
  }
}
