import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../../contract/disposable.ts';
import { Emitter } from '../../contract/emitter.ts';

const POLL_MS = 2_000;
const PROC_FOLDER = '/proc/asound';

/** A PCM that can play. */
export interface NamedPcm {
  /** ALSA's, the same after the card was plugged in again: `hw:CARD=AC97,DEV=0`. */
  readonly name: string;
  /** What a person knows it by; no two have the same. */
  readonly label: string;
}

/**
 * Which PCMs this machine has that can play, found without the audio library: on Linux from the kernel's list, read
 * again every two seconds, since there is no event for it. Other systems always have their default device.
 */
export class PcmWatcher implements Disposable {
  #folder: string;
  #changeEmitter = new Emitter<void>();
  #text: string | undefined;
  #list: readonly NamedPcm[] = [];
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;
  #firstLook: Promise<void>;
  readonly onChange = this.#changeEmitter.event;

  constructor(options: { folder?: string; pollMs?: number; platform?: NodeJS.Platform } = {}) {
    this.#folder = options.folder ?? PROC_FOLDER;
    if ((options.platform ?? process.platform) !== 'linux') {
      this.#text = 'playback';
      this.#firstLook = Promise.resolve();
      return;
    }
    this.#firstLook = this.#look();
    this.#timer = setInterval(() => void this.#look(), options.pollMs ?? POLL_MS);
    this.#timer.unref();
  }

  get playback(): boolean {
    return this.#text?.includes('playback') ?? false;
  }

  /** Empty on other systems than Linux. */
  get list(): readonly NamedPcm[] {
    return this.#list;
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
    const first = this.#text === undefined;
    // No ALSA in the kernel: no such files, no PCMs.
    const read = (name: string) => readFile(path.join(this.#folder, name), 'utf8').catch(() => '');
    const [pcms, cards] = await Promise.all([read('pcm'), read('cards')]);
    const text = `${cards}${pcms}`;
    if (this.#disposed || text === this.#text) return;
    this.#text = text;
    this.#list = namedPcms(pcms, cards);
    if (!first) this.#changeEmitter.fire();
  }
}

/** From the kernel's lists of PCMs and of cards. */
function namedPcms(pcms: string, cards: string): NamedPcm[] {
  const cardOf = new Map(
    Array.from(cards.matchAll(/^ *(\d+) \[(\S+) *\]: .*? - (.*)$/gm), ([, number, id, name]) => [
      Number(number),
      { id: id!, name: name!.trim() },
    ]),
  );
  const found = Array.from(pcms.matchAll(/^(\d+)-(\d+): .*? : (.*?) :.* playback /gm)).flatMap(
    ([, number, device, pcm]) => {
      const card = cardOf.get(Number(number));
      if (!card) return [];
      const name = `hw:CARD=${card.id},DEV=${Number(device)}`;
      return { name, label: pcm!.startsWith(card.name) ? pcm! : `${card.name}, ${pcm}` };
    },
  );
  return found.map(({ name, label }) => ({
    name,
    label: found.filter((each) => each.label === label).length > 1 ? `${label} (${name})` : label,
  }));
}
