import { CARD_PARTS, type CardPart, type CardPower, type HostEvent } from '../../contract/hardware.ts';
import type { DevicePower } from '../../contract/services/topology.ts';
import { millisecondsToReferenceTime, type ReferenceTime } from '../../contract/units.ts';
import type { HostSession } from './hostSession.ts';

export interface CardPowerOptions {
  /** The host that is the card. */
  session(): HostSession | undefined;
  /** Streams that the host has open. */
  openStreams(): number;
  now(): ReferenceTime;
  /** The session rests and is to go on in a new process, with these states. */
  wake(session: HostSession, power: CardPower): void;
  /** Its device was closed and is open again. */
  reopened(session: HostSession): void;
  /** The output's state is another one. */
  changed(state: DevicePower): void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const AWAKE: CardPower = { output: 'D0', wavetable: 'D0', fm: 'D0', wave: 'D0', capture: 'D0' };

/** To the first sample: from a device that stands still, from one that is closed, and with the process to be started. */
const SUSPENDED_EXIT = millisecondsToReferenceTime(50);
const CLOSED_EXIT = millisecondsToReferenceTime(250);
const ENDED_EXIT = millisecondsToReferenceTime(450);

/**
 * Power of the card's parts, and of all of it. What is asked for is carried out by the host, which is ended when the
 * card has no power, all parts have let go, and no stream is open in it that would be lost.
 */
export class CardPowerControl {
  readonly #options: CardPowerOptions;
  #wanted: CardPower = { ...AWAKE };
  /** As the host answered. */
  #actual: CardPower = { ...AWAKE };
  #asleep = false;
  /** The device was closed and is on its way back. */
  #closed = false;
  /** The process was ended since the output had power. */
  #wasEnded = false;
  readonly #waiters = new Map<CardPart, Waiter[]>();

  constructor(options: CardPowerOptions) {
    this.#options = options;
  }

  /** The output plays, or is about to. */
  get output(): DevicePower {
    return this.#wanted.output;
  }

  /** A promise when it takes time: it resolves when the part is as it was asked to be, rejects when the host is lost. */
  set(part: CardPart, state: DevicePower): Promise<void> | undefined {
    if (this.#wanted[part] === state) return undefined;
    this.#wanted[part] = state;
    const session = this.#options.session();
    if (!session) {
      this.#actual[part] = state;
      return undefined;
    }
    session.send({ type: 'setPower', part, state });
    if (state !== 'D0') return undefined;
    return new Promise((resolve, reject) => {
      const waiters = this.#waiters.get(part) ?? [];
      waiters.push({ resolve, reject });
      this.#waiters.set(part, waiters);
    });
  }

  /** Power of the card as a whole: in D3 no part has any. */
  setCard(state: DevicePower): void {
    this.#asleep = state === 'D3';
    if (this.#asleep) return this.settle();
    const session = this.#options.session();
    if (session?.resting) this.#options.wake(session, this.#wanted);
  }

  /** Ends the process if nothing needs it any more. */
  settle(): void {
    const session = this.#options.session();
    const isNeeded =
      !this.#asleep ||
      this.#options.openStreams() > 0 ||
      // In D1 and D2 something is kept.
      CARD_PARTS.some((part) => this.#wanted[part] !== 'D3' || this.#actual[part] !== 'D3');
    if (!session || session.resting || isNeeded) return;
    this.#wasEnded = true;
    session.rest();
  }

  /** How long after `from` the device has the output's first sample, at most. */
  exitLatency(from: DevicePower): ReferenceTime {
    if (from !== 'D3') return SUSPENDED_EXIT;
    return this.#wasEnded ? ENDED_EXIT : CLOSED_EXIT;
  }

  /** The host has changed a part's power. */
  take({ part, state, at }: Extract<HostEvent, { type: 'powered' }>): void {
    this.#actual[part] = state;
    if (part === 'output') {
      this.#options.changed(state);
      if (state === 'D3') this.#closed = true;
      else if (state === 'D0' && this.#closed) {
        this.#closed = false;
        const session = this.#options.session();
        if (session) this.#options.reopened(session);
      }
    }
    if (state === 'D0') this.#awake(part, at);
    this.settle();
  }

  /** The host is gone, or another one is the card: everything has power at first. */
  reset(): void {
    this.#wanted = { ...AWAKE };
    this.#actual = { ...AWAKE };
    this.#asleep = this.#closed = this.#wasEnded = false;
    const waiters = [...this.#waiters.values()].flat();
    this.#waiters.clear();
    for (const { reject } of waiters) reject(new Error('The device host was lost.'));
  }

  /** `at`: when the device takes its first sample. */
  #awake(part: CardPart, at: ReferenceTime | undefined): void {
    const waiters = this.#waiters.get(part) ?? [];
    this.#waiters.delete(part);
    const done = (): void => {
      if (part === 'output') this.#wasEnded = false;
      for (const { resolve } of waiters) resolve();
    };
    const restMs = at === undefined ? 0 : (at - this.#options.now()) / 10_000;
    if (restMs > 0 && waiters.length > 0) setTimeout(done, restMs);
    else done();
  }
}
