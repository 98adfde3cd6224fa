import { existsSync } from 'node:fs';
import type {
  AlsaCard,
  AlsaHostCommand,
  AlsaHostEvent,
  AlsaSystemStatus,
} from '../../../contract/alsaHardware.ts';
import type { Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import type { HostFactory } from '../hostPort.ts';
import { isAlsaHostEvent } from '../../../contract/hostEvents.ts';
import { WatchedHost } from '../watchedHost.ts';

export type AlsaHostFactory = HostFactory<AlsaHostCommand, AlsaHostEvent>;

export interface AlsaHardwareOptions {
  readonly hostFactory: AlsaHostFactory;
  /** Fires when the machine's PCMs are others than before. */
  readonly onPcms: Event<void>;
  /** The folder of ALSA's device files. Without it there is nothing to look after. */
  readonly deviceFolder?: string;
}

const RETRY_FIRST_MS = 300;
const RETRY_LONGEST_MS = 10_000;
/** A host that ran this long is not one that always ends. */
const PROVEN_AFTER_MS = 10_000;
/** Half-second intervals without a word; the host says one in each. A driver may block while a device is plugged in. */
const SILENT_INTERVALS = 20;
const CLOSE_LIMIT_MS = 1_000;

/**
 * ALSA's cards as their adapter driver sees them: they arrive, change, and go. Behind it, one ALSA host runs as long
 * as the machine has ALSA's device files; when it ends, all cards go, and come back with its successor. Nothing here
 * blocks or throws later.
 */
export class AlsaHardware {
  readonly #options: AlsaHardwareOptions;
  readonly #deviceFolder: string;
  #host: WatchedHost<AlsaHostCommand, AlsaHostEvent> | undefined;
  readonly #exits = new Set<Promise<void>>();
  #pcms: Disposable | undefined;
  #startedAtMs = 0;
  #retryMs = RETRY_FIRST_MS;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  #system: AlsaSystemStatus = { available: false, reason: 'ALSA has not been looked at yet.' };
  readonly #cards = new Map<number, AlsaCard>();
  #nextRequest = 1;
  readonly #requests = new Map<number, PromiseWithResolvers<readonly number[]>>();

  readonly #arrived = new Emitter<AlsaCard>();
  readonly #changed = new Emitter<AlsaCard>();
  readonly #removed = new Emitter<AlsaCard>();
  readonly #values = new Emitter<{ card: number; numid: number; values: readonly number[] }>();
  readonly #ready = Promise.withResolvers<void>();

  readonly onArrived: Event<AlsaCard> = this.#arrived.event;
  /** The card has other elements than before. */
  readonly onChanged: Event<AlsaCard> = this.#changed.event;
  readonly onRemoved: Event<AlsaCard> = this.#removed.event;
  /** An element has other values. */
  readonly onValues: Event<{ card: number; numid: number; values: readonly number[] }> = this.#values.event;

  constructor(options: AlsaHardwareOptions) {
    this.#options = options;
    this.#deviceFolder = options.deviceFolder ?? '/dev/snd';
  }

  get system(): AlsaSystemStatus {
    return this.#system;
  }

  get cards(): readonly AlsaCard[] {
    return [...this.#cards.values()];
  }

  /** Undefined while no host runs. */
  get hostProcessId(): number | undefined {
    return this.#host?.processId;
  }

  /** Starts the host where there is ALSA, now or when its first PCM comes. */
  start(): void {
    if (this.#disposed || this.#pcms) return;
    this.#pcms = this.#options.onPcms(() => this.#startWhereThereIsAlsa());
    this.#startWhereThereIsAlsa();
  }

  /** Resolves when it is known which cards there are. Never rejects. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /**
   * Writes all values of an element. Resolves to the values that it then has.
   * @throws PinwheelError `device-unavailable` when the card is gone or refuses
   */
  async write(card: number, numid: number, values: readonly number[]): Promise<readonly number[]> {
    if (!this.#host) throw refused(`Card ${card} is not there.`);
    const request = this.#nextRequest++;
    const answer = Promise.withResolvers<readonly number[]>();
    this.#requests.set(request, answer);
    this.#host.send({ type: 'write', request, card, numid, values: [...values] });
    return answer.promise;
  }

  /** Ends the host. Resolves when its process is gone. */
  async dispose(): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      clearTimeout(this.#timer);
      this.#pcms?.dispose();
      this.#host?.close();
      this.#refuseAll('Pinwheel ends.');
      this.#ready.resolve();
    }
    await Promise.all(this.#exits);
  }

  #startWhereThereIsAlsa(): void {
    if (this.#host || this.#disposed) return;
    if (existsSync(this.#deviceFolder)) return this.#startHost();
    this.#system = { available: false, reason: `There is no ALSA (${this.#deviceFolder}).` };
    this.#ready.resolve();
  }

  #startHost(): void {
    clearTimeout(this.#timer);
    this.#startedAtMs = performance.now();
    const gone = Promise.withResolvers<void>();
    this.#exits.add(gone.promise);
    const host = new WatchedHost<AlsaHostCommand, AlsaHostEvent>({
      host: this.#options.hostFactory(),
      name: 'ALSA host',
      closeCommand: { type: 'close' },
      closeLimitMs: CLOSE_LIMIT_MS,
      fits: isAlsaHostEvent,
      silenceLimit: () => SILENT_INTERVALS,
      event: (event) => this.#receive(event),
      ended: ({ message }) => this.#hostEnded(message),
      exited: () => {
        gone.resolve();
        this.#exits.delete(gone.promise);
      },
    });
    this.#host = host;
    host.send({ type: 'start' });
  }

  #hostEnded(message: string): void {
    this.#host = undefined;
    this.#refuseAll(message);
    if (this.#disposed) return;
    this.#system = { available: false, reason: message };
    for (const card of this.cards) this.#remove(card.index);
    this.#ready.resolve();
    const isProven = performance.now() - this.#startedAtMs > PROVEN_AFTER_MS;
    this.#retryMs = isProven ? RETRY_FIRST_MS : Math.min(2 * this.#retryMs, RETRY_LONGEST_MS);
    this.#timer = setTimeout(() => this.#startWhereThereIsAlsa(), this.#retryMs);
  }

  #receive(event: AlsaHostEvent): void {
    switch (event.type) {
      case 'ready':
        this.#system = event.system;
        for (const card of event.cards) this.#add(card);
        return this.#ready.resolve();
      case 'card':
        return this.#add(event.card);
      case 'cardGone':
        return this.#remove(event.card);
      case 'values':
        return this.#values.fire(event);
      case 'written':
        return this.#answer(event.request)?.resolve(event.values);
      case 'refused':
        return this.#answer(event.request)?.reject(refused(event.message));
      case 'alive':
        return;
    }
  }

  #answer(request: number): PromiseWithResolvers<readonly number[]> | undefined {
    const answer = this.#requests.get(request);
    this.#requests.delete(request);
    return answer;
  }

  #add(card: AlsaCard): void {
    const isKnown = this.#cards.has(card.index);
    this.#cards.set(card.index, card);
    (isKnown ? this.#changed : this.#arrived).fire(card);
  }

  #remove(index: number): void {
    const card = this.#cards.get(index);
    this.#cards.delete(index);
    if (card) this.#removed.fire(card);
  }

  #refuseAll(message: string): void {
    for (const { reject } of this.#requests.values()) reject(refused(message));
    this.#requests.clear();
  }
}

function refused(message: string): PinwheelError {
  return new PinwheelError({
    code: 'device-unavailable',
    message: `The sound card refused a value: ${message.replace(/\.$/, '')}.`,
    advice: 'Try again when the card is back.',
  });
}
