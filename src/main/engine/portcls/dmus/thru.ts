import type { MidiFilter, MidiKind } from '../../../../contract/midiRoute.ts';

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const KEY_PRESSURE = 0xa0;
const CONTROLLER = 0xb0;
const SYSTEM = 0xf0;
const SUSTAIN_PEDAL = 64;
const PEDAL_DOWN = 64;
const RELEASE_VELOCITY = 64;
const KINDS: Readonly<Record<number, MidiKind>> = {
  [NOTE_OFF]: 'note',
  [NOTE_ON]: 'note',
  [KEY_PRESSURE]: 'pressure',
  [CONTROLLER]: 'controller',
  0xc0: 'program',
  0xd0: 'pressure',
  0xe0: 'bend',
};

/** The filter of a route: whole messages in, those that pass out. */
export class Thru {
  readonly #filter: MidiFilter;
  readonly #send: (bytes: Uint8Array) => void;
  /** Channel and key of notes that passed and sound. */
  readonly #sounding = new Set<number>();
  /** Channels whose sustain pedal is held: it keeps released notes sounding. */
  readonly #pedals = new Set<number>();

  constructor(filter: MidiFilter, send: (bytes: Uint8Array) => void) {
    this.#filter = filter;
    this.#send = send;
  }

  /** One whole message that came in. */
  receive(message: Uint8Array): void {
    const { channels, kinds, transpose, velocityCurve } = this.#filter;
    const status = message[0] ?? 0;
    const isSystem = status >= SYSTEM;
    const kind = isSystem ? (status === SYSTEM ? 'sysex' : 'system') : KINDS[status & 0xf0];
    if (kind === undefined || (kinds !== null && !kinds.includes(kind))) return;
    if (isSystem) return this.#send(message);
    if (channels !== null && !channels.includes((status & 0x0f) + 1)) return;
    const hasKey = (status & 0xf0) <= KEY_PRESSURE;
    if (!hasKey) {
      if ((status & 0xf0) === CONTROLLER && message[1] === SUSTAIN_PEDAL) {
        if (message[2]! >= PEDAL_DOWN) this.#pedals.add(status & 0x0f);
        else this.#pedals.delete(status & 0x0f);
      }
      return this.#send(message);
    }
    const key = message[1]! + transpose;
    if (key < 0 || key > 127) return;
    const velocity = message[2]!;
    const isOn = (status & 0xf0) === NOTE_ON && velocity > 0;
    const sounding = ((status & 0x0f) << 7) | key;
    if (isOn) this.#sounding.add(sounding);
    else if (kind === 'note') this.#sounding.delete(sounding);
    // A note-on must not become a note-off.
    const curved = isOn ? Math.max(1, Math.round(127 * (velocity / 127) ** velocityCurve)) : velocity;
    this.#send(Uint8Array.of(status, key, curved));
  }

  /** The route or its source is gone: what it left sounding is released. */
  release(): void {
    for (const note of this.#sounding) {
      this.#send(Uint8Array.of(NOTE_OFF | (note >> 7), note & 0x7f, RELEASE_VELOCITY));
    }
    this.#sounding.clear();
    for (const channel of this.#pedals) this.#send(Uint8Array.of(CONTROLLER | channel, SUSTAIN_PEDAL, 0));
    this.#pedals.clear();
  }
}
