import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { Disposable } from '../../../contract/disposable.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import type { ServiceImplementation } from '../../../contract/service.ts';
import type { InstrumentTarget, keyboardService } from '../../../contract/services/keyboard.ts';
import type { MidiMessage } from '../../../contract/services/midi.ts';
import { referenceTimeToSeconds } from '../../../contract/units.ts';
import type { MasterClock } from '../../engine/ks/clock.ts';
import type { MidiClient } from '../../engine/wdmaud/midiClient.ts';
import { ChannelStrips } from '../../player/channels/channelStrips.ts';
import { ChannelValues } from '../../player/channels/channelValues.ts';
import { LiveSynth } from './liveSynth.ts';

export interface KeyboardServiceOptions {
  readonly clock: MasterClock;
  /** @throws KsError when there is no free pin */
  openClient(target: InstrumentTarget): MidiClient;
}

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const CONTROL_CHANGE = 0xb0;
/** Pedal up, all sound off, all notes off. */
const SILENCE = [64, 120, 123];
const IDLE_MS = 60_000;

/** Name of the keys among the sources of messages. */
const PORT = 'Keyboard';

const NEUTRAL = new ChannelStrips();

interface Instrument {
  readonly synth: LiveSynth;
  /** Channel and key of what is down. */
  readonly held: Set<number>;
  /** Channels that were played. */
  readonly channels: Set<number>;
  /** What they were set to: a stream that is opened anew is told. */
  readonly values: ChannelValues;
}

/** Instruments that are played live: messages go to a stream in RUN and sound in the chunk that is rendered next. */
export class KeyboardService implements ServiceImplementation<typeof keyboardService>, Disposable {
  readonly #options: KeyboardServiceOptions;
  readonly #instruments = new Map<string, Instrument>();
  readonly #messages = new Emitter<MidiMessage[]>();
  #idle: NodeJS.Timeout | undefined;

  constructor(options: KeyboardServiceOptions) {
    this.#options = options;
  }

  readonly onMessages: Event<MidiMessage[]> = (listener) => {
    const subscription = this.#messages.event(listener);
    return {
      dispose: () => {
        subscription.dispose();
        // Whoever held the keys is gone, and nobody else could let go of them.
        if (!this.#messages.hasListeners) this.#close();
      },
    };
  };

  send(target: InstrumentTarget, message: number[]): void {
    const instrument = this.#instrument(target);
    const bytes = Uint8Array.from(message);
    if (!instrument.synth.isOpen) reopen(instrument);
    instrument.synth.send(bytes);
    if (!instrument.synth.isOpen) {
      const name = target.output === null ? 'The synthesizer' : `“${target.output}”`;
      throw new PinwheelError({
        code: 'bad-state',
        message: `${name} cannot be played at the moment: it is away, or others use all of it.`,
        ...(target.output === null ? {} : { subject: target.output }),
        advice: 'Choose another instrument, or close what plays on it.',
      });
    }
    const [status = 0, key = 0, velocity = 0] = message;
    const channel = status & 0x0f;
    instrument.channels.add(channel);
    instrument.values.follow(bytes, 0, bytes.length);
    const isDown = (status & 0xf0) === NOTE_ON && velocity > 0;
    if (isDown) instrument.held.add((channel << 7) | key);
    else if ((status & 0xf0) === NOTE_ON || (status & 0xf0) === NOTE_OFF) {
      instrument.held.delete((channel << 7) | key);
    }
    const seconds = referenceTimeToSeconds(this.#options.clock.now());
    this.#messages.fire([{ port: PORT, seconds, bytes: [...message] }]);
    this.#waitForIdle();
  }

  release(): void {
    for (const { synth, held, channels } of this.#instruments.values()) {
      if (!synth.isOpen) continue;
      // One by one first: some instruments know no other way.
      for (const note of held) synth.send(Uint8Array.of(NOTE_OFF | (note >> 7), note & 0x7f, 0));
      held.clear();
      for (const channel of channels) {
        for (const controller of SILENCE) {
          synth.send(Uint8Array.of(CONTROL_CHANGE | channel, controller, 0));
        }
      }
    }
  }

  dispose(): void {
    this.#close();
    this.#messages.dispose();
  }

  #instrument(target: InstrumentTarget): Instrument {
    const id = target.output === null ? `synth:${target.synth}` : `output:${target.output}`;
    const open = this.#instruments.get(id);
    if (open) return open;
    const held = new Set<number>();
    const synth = new LiveSynth(
      () => this.#options.openClient(target),
      () => held.clear(),
    );
    const instrument = { synth, held, channels: new Set<number>(), values: new ChannelValues() };
    this.#instruments.set(id, instrument);
    return instrument;
  }

  #waitForIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      const isPlayed = [...this.#instruments.values()].some(({ held }) => held.size > 0);
      if (isPlayed) this.#waitForIdle();
      else this.#close();
    }, IDLE_MS).unref();
  }

  /** What is closed is silent; a MIDI output is told. */
  #close(): void {
    clearTimeout(this.#idle);
    this.release();
    for (const { synth } of this.#instruments.values()) synth.dispose();
  }
}

/** As it was left. */
function reopen({ synth, channels, values }: Instrument): void {
  synth.open();
  if (!synth.isOpen) return;
  for (const channel of channels) {
    for (const message of NEUTRAL.messagesFor(channel, values, true)) synth.send(message);
  }
}
