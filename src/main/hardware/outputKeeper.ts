import type { Disposable } from '../../contract/disposable.ts';
import type { CardDescription, CardPower, HostCommand, HostEvent } from '../../contract/hardware.ts';
import type { LatencySetting } from '../../contract/services/settings.ts';
import type { HostFactory } from './hostPort.ts';
import { HostSession, type OpenedEvent, type SessionEnd } from './hostSession.ts';
import type { PcmView, SoundServerView } from './machineViews.ts';
import { NO_DEVICE, nullChoice, type OutputChoice } from './outputChoice.ts';
import { OutputFailures } from './outputFailures.ts';
import { OutputSelection } from './outputSelection.ts';
import { RetiringHosts } from './retiringHosts.ts';
import type { Outputs } from './soundServer/index.ts';
import { SpareHost } from './spareHost.ts';
import { resetStreams } from './streamReset.ts';

/** How a host is to open its output. */
export interface OpeningWishes {
  readonly latency: LatencySetting;
  readonly card: CardDescription;
}

export interface Removal {
  /** `switching`: another device follows at once by the user's or the system's wish. */
  reason: 'switching' | 'stalled' | 'host-exit' | 'server-gone' | 'device-gone';
  /** One sentence for the user. */
  message: string;
}

/** What becomes of the card's hosts. */
export interface OutputEvents {
  /** A host was started and told to open its device. */
  opening(session: HostSession): void;
  /** It is the card from now on. */
  arrived(session: HostSession, event: OpenedEvent): void;
  /** The card is gone until the next arrival. */
  removed(removal: Removal): void;
  /** Reports of the host that is the card, and news of any host's bank. */
  event(session: HostSession, event: HostEvent): void;
  /** A host cannot be used any more. */
  ended(session: HostSession): void;
  /** Something of the state or the list of outputs may have changed. */
  changed(): void;
}

export interface OutputKeeperOptions {
  hostFactory: HostFactory;
  soundServer: SoundServerView | undefined;
  pcms: PcmView | undefined;
  epochNs: bigint;
  nowMs: () => number;
  /** Values that the next host has to be told. */
  registers: () => Extract<HostCommand, { type: 'open' }>['registers'];
  events: OutputEvents;
}

/** A watcher's news are acted on when this much time has passed without more: a server that starts brings its sinks one by one. */
const SETTLE_MS = 100;
/** A device that ran this long is not a failing one. */
const PROVEN_AFTER_MS = 10_000;
/** An attempt older than this is given up when the sound server has news: it may hang on the server that was. */
const ATTEMPT_PATIENCE_MS = 1_000;

/** A sound server that neither answers nor refuses does not hold up the start longer. */
const FIRST_LOOK_LIMIT_MS = 1_500;

/**
 * Keeps one output open for the card: chooses it, opens a host on it, and replaces a host that stopped answering, first
 * by the null device so that the card exists, then by the real device as soon as that is back. Nothing here blocks or
 * throws later. One file, although it is long: it is one machine, whose every change ends in `#reconcile`.
 */
export class OutputKeeper {
  readonly #options: OutputKeeperOptions;
  readonly #events: OutputEvents;
  readonly #failures: OutputFailures;
  readonly #spare: SpareHost;
  readonly #retiring = new RetiringHosts();
  readonly #subscriptions: (Disposable | undefined)[];
  #wishes: OpeningWishes | undefined;

  /** The session whose device the card is. */
  #current: HostSession | undefined;
  #arrivedAtMs = 0;
  /** The session that is being opened to take its place. */
  #next: HostSession | undefined;
  #nextSinceMs = 0;
  /** Sessions whose process may be there. */
  #sessions = new Set<HostSession>();
  /** A session that must be gone before the next one can open the same device. */
  #blockedBy: HostSession | undefined;
  /** Why the device was lost, until the wanted one is there. */
  #lostMessage = '';
  #timer: NodeJS.Timeout | undefined;
  #ready = false;
  #started: (() => void) | undefined;
  #disposed = false;
  /** Changed by its owner, who calls `retry` then. */
  readonly selection: OutputSelection;

  constructor(options: OutputKeeperOptions) {
    this.#options = options;
    this.#events = options.events;
    this.#failures = new OutputFailures(options.nowMs);
    this.#spare = new SpareHost(options.hostFactory);
    const { soundServer, pcms } = options;
    this.selection = new OutputSelection(soundServer, pcms);
    this.#subscriptions = [
      soundServer?.onChange((outputs) => this.#serverNews(outputs)),
      pcms?.onChange(() => this.#situationChanged()),
    ];
  }

  /**
   * Opens the selected output for the first time, once. Resolves when the card is present, at the latest on the null
   * device, or when not even that can be had; it is tried again from time to time then.
   */
  start(wishes: OpeningWishes): Promise<void> {
    this.#wishes = wishes;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#started = resolve;
    const { soundServer, pcms } = this.#options;
    const looks = Promise.all([soundServer?.ready(), pcms?.ready()]);
    const limit = new Promise<void>((over) => (this.#timer = setTimeout(over, FIRST_LOOK_LIMIT_MS)));
    void Promise.race([looks, limit]).then(() => {
      this.#ready = true;
      this.#situationChanged();
    });
    return promise;
  }

  /** Undefined before `start`. */
  get wishes(): OpeningWishes | undefined {
    return this.#wishes;
  }

  /** Opens the output in another way. */
  wish(wishes: Partial<OpeningWishes>): void {
    if (!this.#wishes) return;
    this.#wishes = { ...this.#wishes, ...wishes };
    this.retry();
  }

  /** Tries the wanted output again now, without waiting for its turn. */
  retry(): void {
    this.#failures.clear();
    this.#situationChanged();
  }

  /** Lets go of the device and opens it again: a removal, then an arrival. */
  reopen(): void {
    const before = this.#current;
    if (!before) return this.retry();
    this.#letGoOf(before, `${before.choice.label} is opened anew.`);
  }

  /** The host that is the card; undefined while there is none. */
  get current(): HostSession | undefined {
    return this.#current;
  }

  /** Name of the output that is open or is going to be. */
  get label(): string {
    return (this.#current?.choice ?? this.selection.wanted).label;
  }

  /** The wanted device was lost and is waited for. */
  get lost(): boolean {
    return this.#lostMessage !== '' && this.#onNull;
  }

  /** Why the wanted output is not the one that is open, in one sentence; empty when it is. */
  get reason(): string {
    const wanted = this.selection.wanted;
    const failure = this.#failures.message(wanted.key) ?? '';
    // A device that runs although another one was chosen: the other one could not be opened.
    if (!this.#onNull) return this.#current?.choice.key === wanted.key ? '' : failure;
    if (wanted.request.kind === 'null') return this.#lostMessage || wanted.request.reason;
    return this.#lostMessage || failure || `Opening ${wanted.label}.`;
  }

  /** Whether a process of this machine is one of the card's hosts. */
  isHost(processId: number): boolean {
    return [...this.#sessions].some((session) => session.processId === processId);
  }

  /** To the host that is the card and to the one that is going to be. */
  send(command: HostCommand): void {
    this.#current?.send(command);
    this.#next?.send(command);
  }

  /** Ends hosts that only play on until their successor is heard. */
  cutShort(which: (session: HostSession) => boolean): void {
    this.#retiring.close(which);
  }

  /** Ends every host. Resolves when their processes are gone. */
  async dispose(): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      clearTimeout(this.#timer);
      for (const subscription of this.#subscriptions) subscription?.dispose();
      this.#spare.keep(false);
      this.#retiring.close(() => true);
      this.#next?.kill();
      this.#current?.close();
      this.#next = undefined;
      this.#current = undefined;
      this.#started?.();
    }
    while (this.#sessions.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  get #onNull(): boolean {
    return (this.#current?.opened?.output.kind ?? 'null') === 'null';
  }

  #serverNews(outputs: Outputs): void {
    if (!this.selection.takeNews(outputs)) return this.#report();
    const next = this.#next?.choice.request.kind === 'sink' ? this.#next : undefined;
    const current = this.#current?.choice.request.kind === 'sink' ? this.#current : undefined;
    if (!outputs.serverRunning) {
      next?.kill();
      if (current) this.#lose(current, { reason: 'server-gone', message: 'The sound server went away.' });
    } else {
      if (this.#options.nowMs() - this.#nextSinceMs > ATTEMPT_PATIENCE_MS) next?.kill();
      // Whoever notices first, the server or the host, it is a loss: what plays waits for a device that can be heard.
      const open = current?.choice.request;
      const gone = open?.kind === 'sink' && !outputs.sinks.some(({ name }) => name === open.name);
      if (current && gone && this.selection.wanted.request.kind === 'null') {
        this.#lose(current, { reason: 'device-gone', message: `${current.choice.label} was removed.` });
      }
    }
    // News make a new attempt worth while at once.
    this.#failures.clear();
    this.#situationChanged(SETTLE_MS);
  }

  #situationChanged(delayMs = 0): void {
    if (this.#disposed || !this.#wishes) return;
    this.#schedule(delayMs);
    this.#report();
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reconcile(), delayMs);
  }

  /** Brings what is open in line with what is wanted. Every change of the situation ends here. */
  #reconcile(): void {
    if (this.#disposed || !this.#wishes || !this.#ready) return;
    clearTimeout(this.#timer);
    const target = this.#target();
    if (!target) return;
    const { latency, card } = this.#wishes;
    const key = [target.key, latency, this.selection.rate, card.mixing].join(' ');
    if (this.#next && this.#next.key !== key) {
      // Whatever comes then, there is a card first: a device that keeps failing is not to keep it away.
      if (!this.#current && this.#next.choice.request.kind === 'null') return this.#report();
      // Its end brings us back here.
      this.#next.kill();
      return;
    }
    if (this.#current?.key === key) return this.#report();
    if (this.#next || this.#blockedBy) return;
    if (target.request.kind === 'pcm' && this.#current?.choice.request.kind === 'pcm') {
      // A PCM opens once only.
      return this.#letGoOf(this.#current, `Switching to ${target.label}.`);
    }
    this.#open(target, key, this.#wishes);
  }

  /** The output to have now; undefined while even the null device has to wait for its next attempt. */
  #target(): OutputChoice | undefined {
    const wanted = this.selection.wanted;
    const waitMs = this.#failures.waitMs(wanted.key);
    if (wanted.request.kind === 'null') {
      if (waitMs === 0) return wanted;
      this.#schedule(waitMs);
      return undefined;
    }
    // After a loss the card comes back on the null device first.
    const afterLoss = !this.#current && this.#lostMessage !== '';
    if (!afterLoss && waitMs === 0) return wanted;
    if (waitMs > 0) this.#schedule(waitMs);
    if (this.#current) return this.#current.choice;
    const nullDevice = nullChoice(this.#lostMessage || this.#failures.message(wanted.key) || NO_DEVICE);
    const nullWaitMs = this.#failures.waitMs(nullDevice.key);
    if (nullWaitMs === 0) return nullDevice;
    this.#schedule(nullWaitMs);
    return undefined;
  }

  #open(choice: OutputChoice, key: string, { latency, card }: OpeningWishes): void {
    const session: HostSession = new HostSession(
      this.#spare.take(),
      choice,
      key,
      {
        type: 'open',
        output: choice.request,
        latency,
        card,
        registers: this.#options.registers(),
        epochNs: this.#options.epochNs,
      },
      {
        opened: (opened, event) => this.#openedBy(opened, event),
        event: (source, event) => this.#eventOf(source, event),
        ended: (ended, end) => this.#endedBy(ended, end),
        exited: (exited) => this.#exitedBy(exited),
      },
    );
    this.#events.opening(session);
    this.#next = session;
    this.#nextSinceMs = this.#options.nowMs();
    this.#sessions.add(session);
  }

  #openedBy(session: HostSession, event: OpenedEvent): void {
    if (session !== this.#next) return;
    this.#next = undefined;
    const before = this.#current;
    if (before) {
      this.#detach({ reason: 'switching', message: `Switching to ${session.choice.label}.` });
      // Nobody hears the null device, and on the same device both would be heard one over the other.
      if (before.opened?.output.kind === 'null' || before.choice.key === session.choice.key) before.close();
      else this.#retiring.add(before, this.#wishes?.latency ?? 'normal');
    }
    this.#current = session;
    this.#arrivedAtMs = this.#options.nowMs();
    if (session.choice.key === this.selection.wanted.key) this.#lostMessage = '';
    this.deviceOpened(session);
    this.#keepSpare();
    this.#events.arrived(session, event);
    this.#started?.();
    this.#report();
    this.#schedule(0);
  }

  /** A host has opened its device: it plays at 100 %, whatever the server remembers. */
  deviceOpened({ choice, processId }: HostSession): void {
    const requests = this.#options.soundServer?.client;
    if (!requests || choice.request.kind !== 'sink' || processId === undefined) return;
    // Best effort: a server that does not do it plays at the volume it remembers.
    resetStreams(requests, processId).catch(() => {});
  }

  /** The host that is the card, at rest until now, goes on in a new process. */
  wake(session: HostSession, power: CardPower): void {
    session.wake(this.#spare.take(), this.#options.registers(), power);
  }

  #keepSpare(): void {
    const { serverSeen, output } = this.selection;
    this.#spare.keep(this.#onNull && serverSeen && output !== 'null');
  }

  #eventOf(session: HostSession, event: HostEvent): void {
    switch (event.type) {
      case 'pcms':
        this.selection.pcmLabels = event.labels;
        return this.#report();
      case 'bankProgress':
      case 'bankLoaded':
      case 'bankFailed':
        return this.#events.event(session, event);
      default:
        if (session === this.#current) this.#events.event(session, event);
    }
  }

  #endedBy(session: HostSession, { cause, message }: SessionEnd): void {
    this.#events.ended(session);
    if (this.#disposed) return;
    if (session === this.#next) {
      this.#next = undefined;
      if (cause !== 'closed') {
        this.#failures.add(session.choice.key, message);
        // Not even the null device: nothing can be rendered here, and nobody is to wait for it.
        if (session.choice.request.kind === 'null') {
          this.#lostMessage = message;
          this.#started?.();
        }
      }
      this.#schedule(0);
      this.#report();
    } else if (session === this.#current && cause !== 'closed') {
      this.#lose(session, { reason: cause === 'host-exit' ? 'host-exit' : 'stalled', message });
    }
  }

  #exitedBy(session: HostSession): void {
    this.#sessions.delete(session);
    if (this.#blockedBy === session) {
      this.#blockedBy = undefined;
      if (!this.#disposed) this.#schedule(0);
    }
  }

  #lose(session: HostSession, removal: Removal): void {
    const { key } = session.choice;
    this.#lostMessage = removal.message;
    // A device that fails soon after it was opened is tried less and less often.
    if (this.#options.nowMs() - this.#arrivedAtMs < PROVEN_AFTER_MS) this.#failures.add(key, removal.message);
    else this.#failures.forget(key);
    this.#detach(removal);
    session.kill();
    this.#report();
    this.#reconcile();
  }

  /** Nothing is opened before its process is gone. */
  #letGoOf(session: HostSession, message: string): void {
    this.#blockedBy = session;
    this.#detach({ reason: 'switching', message });
    session.close();
  }

  #detach(removal: Removal): void {
    this.#current = undefined;
    this.#events.removed(removal);
  }

  #report(): void {
    if (!this.#disposed) this.#events.changed();
  }
}
