/** The topology as the panel draws it: the engine's own, kept up to date, or a dump that was opened. */
import { PinwheelError } from '../../contract/errors.ts';
import type { Arrangement } from '../../contract/services/arrangement.ts';
import {
  applyTopologyChange,
  type FilterTopology,
  type TopologyChange,
  type TopologySnapshot,
} from '../../contract/services/topology.ts';
import { parseTopologyDump } from '../../contract/services/topologyDump.ts';
import type { Link } from './link.svelte.ts';
import { TopologyFaces } from './topologyFaces.ts';
import { TopologyView } from './topologyView.svelte.ts';

/** A dump of this machine or another, which can be looked at and not changed. */
export interface OpenDump {
  name: string;
  snapshot: TopologySnapshot;
}

/** Larger than the dump of any machine; refusing here keeps a dropped film from being read into memory. */
const LARGEST_DUMP_BYTES = 64 * 1024 * 1024;
const NOTHING_KEPT: Arrangement = { positions: {}, collapsed: [] };

export class TopologyStore {
  readonly #link: Link;
  readonly #onError: (error: unknown) => void;
  #engine = $state.raw<TopologySnapshot | undefined>();
  dump = $state.raw<OpenDump | undefined>();
  /** What is drawn; undefined until the engine's first snapshot came. */
  readonly snapshot = $derived(this.dump?.snapshot ?? this.#engine);
  readonly faces: TopologyFaces;
  readonly view = new TopologyView();
  /** By adapter, also of adapters that are away. */
  #kept = $state.raw<Readonly<Record<string, Arrangement>>>({});
  /** Of a dump nothing is kept; it is arranged for as long as it is open. */
  #ofDump = $state.raw<Readonly<Record<string, Arrangement>>>({});
  readonly arrangements = $derived(this.dump ? this.#ofDump : this.#kept);

  constructor(link: Link, onError: (error: unknown) => void) {
    this.#link = link;
    this.#onError = onError;
    this.faces = new TopologyFaces(link);
    link.attach(async ({ services }, subscriptions) => {
      const early: TopologyChange[] = [];
      let read = false;
      subscriptions.add(
        services.topology.onChange((change) => (read ? this.#accept(change) : early.push(change))),
      );
      subscriptions.add(
        services.arrangement.onChange(({ adapter, arrangement }) => {
          this.#kept = { ...this.#kept, [adapter]: arrangement };
        }),
      );
      this.#kept = await services.arrangement.getAll();
      this.#engine = await services.topology.getSnapshot();
      read = true;
      for (const change of early) if (change.revision > this.#engine.revision) this.#accept(change);
      this.faces.forget();
    });
  }

  /** Positions on the canvas and in frames, by the keys of the drawing. */
  get positions(): Record<string, { x: number; y: number }> {
    return Object.assign({}, ...Object.values(this.arrangements).map((each) => each.positions)) as Record<
      string,
      { x: number; y: number }
    >;
  }

  /** Paths of filters drawn without their inside. */
  get collapsed(): readonly string[] {
    return Object.values(this.arrangements).flatMap(({ collapsed }) => collapsed);
  }

  /** Keeps where something of `adapter` was put. */
  move(adapter: string, moved: Readonly<Record<string, { x: number; y: number }>>): void {
    const before = this.arrangements[adapter] ?? NOTHING_KEPT;
    this.#keep(adapter, { ...before, positions: { ...before.positions, ...moved } });
  }

  setCollapsed({ adapter, path }: FilterTopology, collapsed: boolean): void {
    const before = this.arrangements[adapter] ?? NOTHING_KEPT;
    const others = before.collapsed.filter((each) => each !== path);
    this.#keep(adapter, { ...before, collapsed: collapsed ? [...others, path] : others });
  }

  /** Forgets every position of what is shown; folded filters stay folded. */
  arrangeAnew(): void {
    for (const [adapter, { collapsed }] of Object.entries(this.arrangements)) {
      this.#keep(adapter, { positions: {}, collapsed });
    }
  }

  /** Shows a dump instead of the engine's topology. A file that is none is reported and changes nothing. */
  async openDump(file: File): Promise<void> {
    try {
      if (file.size > LARGEST_DUMP_BYTES) throw tooLarge(file.name);
      const snapshot = parseTopologyDump(file.name, await file.text());
      this.#ofDump = {};
      this.dump = { name: file.name, snapshot };
      this.view.reset();
    } catch (error) {
      this.#onError(error);
    }
  }

  closeDump(): void {
    this.dump = undefined;
    this.view.reset();
  }

  #accept(change: TopologyChange): void {
    const next = this.#engine && applyTopologyChange(this.#engine, change);
    if (next) {
      this.#engine = next;
      return;
    }
    if (this.#engine && change.revision <= this.#engine.revision) return;
    this.#link.services.topology
      .getSnapshot()
      .then((snapshot) => (this.#engine = snapshot))
      .catch(this.#onError);
  }

  #keep(adapter: string, arrangement: Arrangement): void {
    if (this.dump) {
      this.#ofDump = { ...this.#ofDump, [adapter]: arrangement };
      return;
    }
    this.#kept = { ...this.#kept, [adapter]: arrangement };
    try {
      this.#link.services.arrangement.set(adapter, arrangement).catch(this.#onError);
    } catch (error) {
      this.#onError(error);
    }
  }
}

function tooLarge(name: string): PinwheelError {
  return new PinwheelError({
    code: 'bad-input',
    message: `“${name}” is larger than any topology dump.`,
    subject: name,
    advice: 'Choose a file saved with Export, or by “pinwheel topology --json”.',
  });
}
