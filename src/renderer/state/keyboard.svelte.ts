import type { InstrumentTarget } from '../../contract/services/keyboard.ts';
import type { MidiMessage } from '../../contract/services/midi.ts';
import type { Disposable } from '../../contract/disposable.ts';
import type { Link } from './link.svelte.ts';

/** What a person chose to play with. */
export interface PlayedSound {
  bankMsb: number;
  bankLsb: number;
  program: number;
}

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const CONTROL_CHANGE = 0xb0;
const PROGRAM_CHANGE = 0xc0;
const LOWEST_OCTAVE = 0;
const HIGHEST_OCTAVE = 8;

/** The piano keys: what they are set to, what is down on them, and what they play on. */
export class KeyboardStore {
  /** Octave of the row of computer keys; middle C begins octave 4. */
  octave = $state(4);
  velocity = $state(96);
  /** 1 to 16. */
  channel = $state(1);
  sound = $state.raw<PlayedSound>({ bankMsb: 0, bankLsb: 0, program: 0 });
  sustain = $state(false);
  /** Keys that are down here, and those that a song or a MIDI input plays. */
  readonly own = $state<Record<number, boolean>>({});
  readonly heard = $state<Record<number, boolean>>({});
  readonly #target: () => InstrumentTarget;
  /** Where each key that is down was played. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #down = new Map<number, { target: InstrumentTarget; channel: number }>();
  readonly #link: Link;
  readonly #onError: (error: unknown) => void;
  #shown = 0;
  #listening: Disposable[] = [];
  #soundSent = '';

  constructor(link: Link, target: () => InstrumentTarget, onError: (error: unknown) => void) {
    this.#link = link;
    this.#target = target;
    this.#onError = onError;
    link.attach((_connection, subscriptions) => {
      if (this.#shown > 0) this.#listen();
      subscriptions.add({
        dispose: () => {
          this.#listening = [];
          this.#soundSent = '';
          this.forget();
        },
      });
    });
  }

  /** The keys are in sight; disposed, all of them go up. */
  show(): Disposable {
    if (this.#shown++ === 0) this.#listen();
    return {
      dispose: () => {
        if (--this.#shown > 0) return;
        this.releaseAll();
        for (const subscription of this.#listening) subscription.dispose();
        this.#listening = [];
        this.#soundSent = '';
      },
    };
  }

  press(key: number, velocity = this.velocity): void {
    if (key < 0 || key > 127 || this.#down.has(key)) return;
    const target = this.#target();
    this.#down.set(key, { target, channel: this.channel });
    this.own[key] = true;
    this.#sendSound(target);
    this.#send(target, [NOTE_ON | (this.channel - 1), key, Math.min(127, Math.max(1, Math.round(velocity)))]);
  }

  release(key: number): void {
    const down = this.#down.get(key);
    if (!down) return;
    this.#down.delete(key);
    delete this.own[key];
    this.#send(down.target, [NOTE_OFF | (down.channel - 1), key, 0]);
  }

  releaseAll(): void {
    for (const key of [...this.#down.keys()]) this.release(key);
    if (this.sustain) this.setSustain(false);
  }

  setSustain(on: boolean): void {
    this.sustain = on;
    this.#send(this.#target(), [CONTROL_CHANGE | (this.channel - 1), 64, on ? 127 : 0]);
  }

  shift(octaves: number): void {
    this.octave = Math.min(HIGHEST_OCTAVE, Math.max(LOWEST_OCTAVE, this.octave + octaves));
  }

  choose(sound: PlayedSound): void {
    this.sound = sound;
  }

  #listen(): void {
    try {
      const { keyboard, player, midi } = this.#link.services;
      this.#listening = [
        keyboard.onMessages(() => undefined),
        player.onMessages((messages) => this.#light(messages)),
        midi.onMessages((messages) => this.#light(messages)),
      ];
    } catch {
      // Without a connection; the next one is listened to.
    }
  }

  #light(messages: readonly MidiMessage[]): void {
    for (const { bytes } of messages) {
      const [status = 0, key = 0, velocity = 0] = bytes;
      const kind = status & 0xf0;
      // Percussion is no key of an instrument.
      if ((status & 0x0f) === 9 || (kind !== NOTE_ON && kind !== NOTE_OFF)) continue;
      if (kind === NOTE_ON && velocity > 0) this.heard[key] = true;
      else delete this.heard[key];
    }
  }

  /** What a song left lit when it was stopped. */
  darken(): void {
    for (const key of Object.keys(this.heard)) delete this.heard[Number(key)];
  }

  /** Everything was silenced. */
  forget(): void {
    this.sustain = false;
    this.#down.clear();
    for (const key of Object.keys(this.own)) delete this.own[Number(key)];
    this.darken();
  }

  /** Bank and program, where they are not what was sent last. */
  #sendSound(target: InstrumentTarget): void {
    const { bankMsb, bankLsb, program } = this.sound;
    const channel = this.channel - 1;
    const wanted = JSON.stringify([target, channel, this.sound]);
    if (wanted === this.#soundSent) return;
    this.#soundSent = wanted;
    this.#send(target, [CONTROL_CHANGE | channel, 0, bankMsb]);
    this.#send(target, [CONTROL_CHANGE | channel, 32, bankLsb]);
    this.#send(target, [PROGRAM_CHANGE | channel, program]);
  }

  #send(target: InstrumentTarget, message: number[]): void {
    try {
      this.#link.services.keyboard.send(target, message).catch(this.#onError);
    } catch (error) {
      this.#onError(error);
    }
  }
}
