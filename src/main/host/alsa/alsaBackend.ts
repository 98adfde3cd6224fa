import { closeSync, readdirSync, readSync, writeSync } from 'node:fs';
import type { AlsaBackend } from './backend.ts';
import { CardControls } from './cardControls.ts';
import { loadLibAsound, loadLibC, type LibAsound, type LibC } from './libasound.ts';

const DEVICE_FOLDER = '/dev/snd';

const CLOSE_ON_EXEC = 0x80000;
const NON_BLOCKING = 0x800;
const EPOLL_CTL_ADD = 1;
const EPOLLIN = 1;
const IN_ATTRIB = 0x4;
const IN_MOVED_TO = 0x80;
const IN_CREATE = 0x100;
const IN_DELETE = 0x200;

/**
 * ALSA's control interface through its own library. The kernel tells what happens: one epoll descriptor stands for
 * all open cards and for the folder of the device files, and one thread waits for it.
 * @throws Error with the reason where the library is not installed
 */
export function openAlsa(): AlsaBackend {
  return new LibAsoundBackend(loadLibAsound(), loadLibC());
}

class LibAsoundBackend implements AlsaBackend {
  readonly #alsa: LibAsound;
  readonly #libc: LibC;
  readonly #epoll: number;
  readonly #deviceFiles: number;
  /** Written to when nobody shall wait any longer. */
  readonly #wake: number;
  readonly #buffer = Buffer.alloc(4096);
  #waiting: Promise<unknown> = Promise.resolve();

  constructor(alsa: LibAsound, libc: LibC) {
    this.#alsa = alsa;
    this.#libc = libc;
    this.#epoll = libc.epoll_create1(CLOSE_ON_EXEC);
    this.#deviceFiles = libc.inotify_init1(CLOSE_ON_EXEC | NON_BLOCKING);
    this.#wake = libc.eventfd(0, CLOSE_ON_EXEC | NON_BLOCKING);
    if (Math.min(this.#epoll, this.#deviceFiles, this.#wake) < 0) {
      throw new Error('the system has no file descriptors left');
    }
    this.#watch(this.#deviceFiles);
    this.#watch(this.#wake);
    // The folder comes with the first card, and goes with the last.
    libc.inotify_add_watch(this.#deviceFiles, '/dev', IN_CREATE);
    this.#watchDeviceFiles();
  }

  cards(): number[] {
    try {
      return readdirSync(DEVICE_FOLDER)
        .flatMap((name) => /^controlC(\d+)$/.exec(name)?.[1] ?? [])
        .map(Number)
        .sort((a, b) => a - b);
    } catch {
      // A system without ALSA.
      return [];
    }
  }

  open(card: number): CardControls {
    const controls = new CardControls(this.#alsa, card);
    try {
      this.#watch(controls.descriptor);
      return controls;
    } catch (error) {
      controls.dispose();
      throw error;
    }
  }

  async wait(): Promise<{ devices: boolean }> {
    await (this.#waiting = this.#libc.epollWait(this.#epoll));
    return { devices: this.#drainDeviceFiles() };
  }

  async dispose(): Promise<void> {
    writeSync(this.#wake, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
    // The process cannot end while the thread waits.
    await this.#waiting;
    for (const fd of [this.#epoll, this.#deviceFiles, this.#wake]) closeSync(fd);
  }

  #watch(fd: number): void {
    const event = Buffer.alloc(16);
    event.writeUInt32LE(EPOLLIN);
    this.#libc.epoll_ctl(this.#epoll, EPOLL_CTL_ADD, fd, event);
  }

  /** IN_ATTRIB: a device file becomes ours to open a moment after it was made. */
  #watchDeviceFiles(): void {
    const mask = IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_ATTRIB;
    this.#libc.inotify_add_watch(this.#deviceFiles, DEVICE_FOLDER, mask);
  }

  #drainDeviceFiles(): boolean {
    let any = false;
    try {
      while (readSync(this.#deviceFiles, this.#buffer) > 0) any = true;
    } catch {
      // EAGAIN: that was all.
    }
    if (any) this.#watchDeviceFiles();
    return any;
  }
}
