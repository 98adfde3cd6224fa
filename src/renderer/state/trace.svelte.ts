/** What crosses the engine, as the trace panel shows it: recorded in main, filtered here. */
import type { Disposable } from '../../contract/disposable.ts';
import { isAbout, TRACE_KINDS, type TraceEntry, type TraceKind } from '../../contract/services/trace.ts';
import type { Link } from './link.svelte.ts';

/** As many as main keeps. */
const MOST_ENTRIES = 10_000;

export class TraceStore {
  recording = $state(false);
  /** Nothing moves while it is true; what is recorded meanwhile is shown afterwards. */
  paused = $state(false);
  meters = $state(false);
  search = $state('');
  failedOnly = $state(false);
  hiddenKinds = $state.raw<readonly TraceKind[]>([]);
  /** The one object that is followed, named as targets are; empty follows all. */
  followed = $state('');
  /** What passes the filter, oldest first. */
  shown = $state.raw<readonly TraceEntry[]>([]);
  /** Entries there are, whatever the filter. */
  total = $state(0);
  /** Entries that were recorded and fell out on the way here. */
  dropped = $state(0);
  readonly filtering: boolean = $derived(
    this.search.trim() !== '' || this.failedOnly || this.hiddenKinds.length > 0 || this.followed !== '',
  );
  #kept: TraceEntry[] = [];
  /** What is looked at while paused. */
  #frozen: readonly TraceEntry[] | undefined;
  #listening: Disposable | undefined;
  readonly #link: Link;
  readonly #onError: (error: unknown) => void;

  constructor(link: Link, onError: (error: unknown) => void) {
    this.#link = link;
    this.#onError = onError;
    link.attach((_connection, subscriptions) => {
      if (this.recording) this.#listen();
      subscriptions.add({ dispose: () => (this.#listening = undefined) });
    });
  }

  start(): void {
    if (this.recording) return;
    this.recording = true;
    this.setPaused(false);
    this.#listen();
  }

  stop(): void {
    this.recording = false;
    this.#listening?.dispose();
    this.#listening = undefined;
    this.setPaused(false);
  }

  setPaused(paused: boolean): void {
    if (this.paused === paused) return;
    this.paused = paused;
    this.#frozen = paused ? [...this.#kept] : undefined;
    this.refresh();
  }

  setMeters(meters: boolean): void {
    this.meters = meters;
    if (this.recording) this.#try(this.#link.services.trace.setMeters(meters));
  }

  clear(): void {
    this.#kept = [];
    this.#frozen &&= [];
    this.dropped = 0;
    this.refresh();
  }

  follow(object: string): void {
    this.followed = object;
    this.refresh();
  }

  /** Shows what is asked of one object from now on, and what is known already. */
  find(object: string): void {
    this.search = '';
    this.failedOnly = false;
    this.hiddenKinds = [];
    this.setPaused(false);
    this.follow(object);
    if (this.#link.phase === 'connected') this.start();
  }

  toggleKind(kind: TraceKind): void {
    const { hiddenKinds } = this;
    this.hiddenKinds = hiddenKinds.includes(kind)
      ? hiddenKinds.filter((each) => each !== kind)
      : TRACE_KINDS.filter((each) => each === kind || hiddenKinds.includes(each));
    this.refresh();
  }

  showAll(): void {
    this.search = '';
    this.failedOnly = false;
    this.hiddenKinds = [];
    this.follow('');
  }

  /** After a change of the filter. */
  refresh(): void {
    const source = this.#frozen ?? this.#kept;
    this.total = source.length;
    this.shown = source.filter(this.#filter());
  }

  #listen(): void {
    const { trace } = this.#link.services;
    this.#listening?.dispose();
    this.#listening = trace.onEntries((entries) => this.#accept(entries));
    if (this.meters) this.#try(trace.setMeters(true));
    // Another client may have recorded for a while.
    this.#try(trace.getEntries().then((earlier) => this.#acceptEarlier(earlier)));
  }

  #acceptEarlier(earlier: readonly TraceEntry[]): void {
    // Only looks ids up.
    // eslint-disable-next-line svelte/prefer-svelte-reactivity
    const known = new Set(this.#kept.map(({ id }) => id));
    const missing = earlier.filter(({ id }) => !known.has(id));
    if (missing.length === 0) return;
    this.#kept = [...this.#kept, ...missing].sort((a, b) => a.id - b.id).slice(-MOST_ENTRIES);
    if (!this.paused) this.refresh();
  }

  #accept(entries: readonly TraceEntry[]): void {
    const last = this.#kept.at(-1);
    const [first] = entries;
    if (!first) return;
    if (last && first.id > last.id + 1) this.dropped += first.id - last.id - 1;
    const surplus = this.#kept.length + entries.length - MOST_ENTRIES;
    if (surplus > 0) this.#kept.splice(0, surplus);
    this.#kept.push(...entries.slice(-MOST_ENTRIES));
    if (this.paused) return;
    this.total = this.#kept.length;
    const oldest = this.#kept[0]!.id;
    const gone = this.shown.findIndex(({ id }) => id >= oldest);
    const fresh = entries.filter(this.#filter());
    if (gone === 0 && fresh.length === 0) return;
    this.shown = [...(gone < 0 ? [] : gone === 0 ? this.shown : this.shown.slice(gone)), ...fresh];
  }

  #filter(): (entry: TraceEntry) => boolean {
    const { followed, failedOnly, hiddenKinds } = this;
    const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
    return (entry) => {
      if (failedOnly && !entry.failed) return false;
      if (hiddenKinds.includes(entry.kind)) return false;
      if (followed !== '' && !isAbout(entry.target, followed)) return false;
      if (words.length === 0) return true;
      const { target, name, action, status, detail } = entry;
      const all = `${target} ${name} ${action} ${status} ${detail}`.toLowerCase();
      return words.every((word) => all.includes(word));
    };
  }

  #try(request: Promise<unknown>): void {
    request.catch(this.#onError);
  }
}
