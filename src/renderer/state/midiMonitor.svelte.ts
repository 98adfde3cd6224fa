import { describeChannelMessage, describeMidi } from '../../contract/describeMidi.ts';
import type { Disposable } from '../../contract/disposable.ts';
import type { MidiKind } from '../../contract/midiRoute.ts';
import type { MidiMessage } from '../../contract/services/midi.ts';
import type { Link } from './link.svelte.ts';

const MOST_MESSAGES = 5_000;
/** Bytes of a SysEx that a row shows. */
const SHOWN_BYTES = 24;
/** Messages come by the thousand: rows change at display rate. */
const SHOW_EVERY_MS = 50;

export interface MonitorRow {
  id: number;
  /** Engine time, s. */
  seconds: number;
  source: string;
  kind: MidiKind;
  /** 1 to 16; undefined for messages of the system. */
  channel: number | undefined;
  words: string;
  hex: string;
}

/** What comes in at MIDI ports, what a song plays and what is played on the keys, as rows. */
export class MidiMonitorStore {
  /** What passes the filter, oldest first. */
  shown = $state.raw<readonly MonitorRow[]>([]);
  total = $state(0);
  paused = $state(false);
  search = $state('');
  hiddenKinds = $state.raw<readonly MidiKind[]>([]);
  /** Hexadecimal bytes beside the words. */
  bytes = $state(true);
  readonly filtering: boolean = $derived(this.search.trim() !== '' || this.hiddenKinds.length > 0);
  #kept: MonitorRow[] = [];
  #nextId = 1;
  #listening: Disposable[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #open = false;
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
    link.attach((_connection, subscriptions) => {
      if (this.#open) this.#listen();
      subscriptions.add({ dispose: () => (this.#listening = []) });
    });
  }

  /** Listens until it is disposed: inputs are open meanwhile. What came is kept. */
  watch(): Disposable {
    this.#open = true;
    this.#listen();
    return {
      dispose: () => {
        this.#open = false;
        for (const subscription of this.#listening) subscription.dispose();
        this.#listening = [];
      },
    };
  }

  setPaused(paused: boolean): void {
    this.paused = paused;
    if (!paused) this.refresh();
  }

  toggleKind(kind: MidiKind): void {
    this.hiddenKinds = this.hiddenKinds.includes(kind)
      ? this.hiddenKinds.filter((other) => other !== kind)
      : [...this.hiddenKinds, kind];
    this.refresh();
  }

  showAll(): void {
    this.search = '';
    this.hiddenKinds = [];
    this.refresh();
  }

  clear(): void {
    this.#kept = [];
    this.refresh();
  }

  refresh(): void {
    const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
    this.shown = this.#kept.filter(({ kind, source, words: message, hex, channel }) => {
      if (this.hiddenKinds.includes(kind)) return false;
      const all = `${source} ch ${channel ?? ''} ${message} ${hex}`.toLowerCase();
      return words.every((word) => all.includes(word));
    });
    this.total = this.#kept.length;
  }

  #listen(): void {
    try {
      const { keyboard, player, midi } = this.#link.services;
      const take = (messages: readonly MidiMessage[]) => this.#take(messages);
      this.#listening = [player, keyboard, midi].map((service) => service.onMessages(take));
    } catch {
      // Without a connection; the next one is listened to.
    }
  }

  #take(messages: readonly MidiMessage[]): void {
    // A pause is to look at what was; what comes meanwhile is not wanted.
    if (this.paused) return;
    for (const message of messages) this.#kept.push({ id: this.#nextId++, ...rowOf(message) });
    if (this.#kept.length > MOST_MESSAGES) this.#kept = this.#kept.slice(-MOST_MESSAGES);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (!this.paused) this.refresh();
    }, SHOW_EVERY_MS);
  }
}

const CHANNEL_KINDS: readonly MidiKind[] = [
  'note',
  'note',
  'pressure',
  'controller',
  'program',
  'pressure',
  'bend',
];

function rowOf({ port, seconds, bytes }: MidiMessage): Omit<MonitorRow, 'id'> {
  const [status = 0] = bytes;
  const isChannel = status >= 0x80 && status < 0xf0;
  const isSystem = status > 0xf0 && status !== 0xf7;
  const kind = isChannel ? CHANNEL_KINDS[(status >> 4) - 8]! : isSystem ? 'system' : 'sysex';
  const shown = bytes.slice(0, SHOWN_BYTES).map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  return {
    seconds,
    source: port,
    kind,
    channel: isChannel ? (status & 0x0f) + 1 : undefined,
    words: isChannel ? describeChannelMessage(bytes) : describeMidi(bytes),
    hex: shown.join(' ') + (bytes.length > SHOWN_BYTES ? ' …' : ''),
  };
}
