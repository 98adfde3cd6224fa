import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import type { PinInstance } from '../ks/pin.ts';
import type { AdapterDevice } from '../portcls/adapter.ts';
import { IdlePower } from '../portcls/idlePower.ts';
import type { DevicePowerState } from '../portcls/power.ts';
import { rawBytes, readPowerSettings, type PowerSettings } from '../portcls/powerSettings.ts';
import type { PortCls } from '../portcls/portcls.ts';
import type { Subdevice } from '../portcls/subdevice.ts';
import type { ExitLatency, PowerReason } from '../portcls/subdevicePower.ts';
import { DeviceGraph } from '../sysaudio/deviceGraph.ts';
import { partsOnPath } from '../sysaudio/partsInUse.ts';
import { NO_USES, type PowerUse, type PowerUses } from './powerUses.ts';

/** A subdevice and what is decided about it. */
interface Managed {
  readonly idle: IdlePower;
  readonly store: DisposableStore;
  wasBusy: boolean;
}

/** What keeps a subdevice awake. */
interface Users {
  readonly streams: PinInstance[];
  readonly others: PowerUse[];
}
const NOBODY: Users = { streams: [], others: [] };

/**
 * When subdevices sleep and wake. A subdevice is needed while a stream's path crosses it (RULE-13) or somebody holds
 * it awake; what is not needed goes to its idle state after its idle time, and everything on a stream's path is awake
 * before the stream is. On the way down what feeds goes before what it feeds, on the way up the other way round; the
 * adapter sleeps when all its subdevices do. Specification 8.4, 8.5, 9.5.
 *
 * A property request wakes nothing: outside D0 it is answered from what the driver keeps (check 110), and a panel that
 * looks at levels all the time would keep everything awake.
 */
export class PowerPolicy implements Disposable {
  readonly #portCls: PortCls;
  readonly #manages: (adapter: AdapterDevice) => boolean;
  readonly #store = new DisposableStore();
  readonly #managed = new Map<Subdevice, Managed>();
  /** Paths held awake, also while nothing is registered there. */
  readonly #held = new Set<string>();
  /** While the system sleeps: what is to be awake when it is back. */
  #awakeLater: Set<Subdevice> | undefined;
  #graph: DeviceGraph | undefined;
  readonly #inside: PowerUses;
  #users: Map<Subdevice, Users> | undefined;
  readonly #changed = new Emitter<void>();
  /** A state, a holder, a countdown or what is registered is different. */
  readonly onChanged: Event<void> = this.#changed.event;
  readonly #woken = new Emitter<{ subdevice: Subdevice; latency: ExitLatency }>();
  /** A subdevice works again, and how long that took. */
  readonly onWoken: Event<{ subdevice: Subdevice; latency: ExitLatency }> = this.#woken.event;

  /** `manages`: whose subdevices are put to sleep; every adapter's by default. */
  constructor(
    portCls: PortCls,
    manages: (adapter: AdapterDevice) => boolean = () => true,
    inside: PowerUses = NO_USES,
  ) {
    this.#portCls = portCls;
    this.#manages = manages;
    this.#inside = inside;
    this.#store.add(
      inside.onChanged(() => {
        const before = this.#users;
        this.#users = undefined;
        this.#pathsChanged(before);
        this.#conditionsChanged();
      }),
    );
    for (const { subdevices } of portCls.adapters) for (const each of subdevices) this.#add(each);
    this.#store.add(
      portCls.onPowerSource(() => {
        for (const { idle } of this.#managed.values()) idle.conditionsChanged();
        this.#changed.fire();
      }),
    );
    this.#store.add(
      portCls.onInterface((event) => {
        const before = this.#users;
        this.#graph = undefined;
        this.#users = undefined;
        if (event.kind === 'arrival') this.#add(event.subdevice);
        else if (event.kind === 'removal') this.#remove(event.subdevice);
        else if (event.kind === 'connections') this.#pathsChanged(before);
        this.#conditionsChanged();
      }),
    );
    this.#users = this.#findUsers();
  }

  /** In registration order. */
  get subdevices(): readonly Subdevice[] {
    return this.#portCls.adapters.flatMap(({ subdevices }) =>
      subdevices.filter((each) => this.#managed.has(each)),
    );
  }

  /** The streams in ACQUIRE or above whose path crosses the subdevice. */
  streamsThrough(subdevice: Subdevice): readonly PinInstance[] {
    return this.#usersOf(subdevice).streams;
  }

  /** What else keeps it awake. */
  usesOf(subdevice: Subdevice): readonly PowerUse[] {
    return this.#usersOf(subdevice).others;
  }

  isHeld(subdevice: Subdevice): boolean {
    return this.#held.has(subdevice.path);
  }

  /** When it goes to its idle state unless it is needed before; undefined while nothing counts. */
  idleDue(subdevice: Subdevice): ReferenceTime | undefined {
    return subdevice.power.state === 'D0' ? this.#managed.get(subdevice)?.idle.due : undefined;
  }

  idleSettings(subdevice: Subdevice): PowerSettings {
    return readPowerSettings(this.#key(subdevice));
  }

  /** Stores idle times and state below the key of the subdevice's interface, where they outlive it. */
  setIdleSettings(subdevice: Subdevice, settings: Omit<PowerSettings, 'immediateIdle'>): void {
    const key = this.#key(subdevice).newSubKey('PowerSettings');
    key.setValueKey('PerformanceIdleTime', rawBytes(settings.performanceIdleTime));
    key.setValueKey('ConservationIdleTime', rawBytes(settings.conservationIdleTime));
    key.setValueKey('IdlePowerState', rawBytes(Number(settings.idlePowerState.slice(1))));
    this.#managed.get(subdevice)?.idle.start();
    this.#changed.fire();
  }

  /** Sleeps now, its streams paused, until it is needed or woken; or wakes now. While the system sleeps, later. */
  request(subdevice: Subdevice, state: DevicePowerState): void {
    if (state === 'D0') this.#wake(subdevice, 'request');
    else if (this.#awakeLater) this.#awakeLater.delete(subdevice);
    else this.#sleep(subdevice, state, 'request');
  }

  /** Everything on the path of a stream that is about to be opened is awake. */
  wakePath(subdevice: Subdevice, pinId: number): void {
    subdevice.adapter.power.request('D0');
    this.#wakePath(subdevice, pinId);
  }

  /** Held awake it does not idle, and is awake while the system is. */
  hold(subdevice: Subdevice, held: boolean): void {
    if (held) this.#held.add(subdevice.path);
    else this.#held.delete(subdevice.path);
    if (held) this.#wake(subdevice, 'hold');
    this.#conditionsChanged();
    this.#changed.fire();
  }

  /** The system is about to sleep: everything goes down in order, then the adapters. */
  suspend(): void {
    if (this.#awakeLater) return;
    const awake = this.#signalOrder().filter(({ power }) => power.state === 'D0');
    for (const subdevice of awake) this.#sleep(subdevice, 'D3', 'system');
    this.#awakeLater = new Set(awake);
    this.#portCls.changeSystemPower('S3');
  }

  /**
   * The system is back: the adapters, then what was awake and is still there, the other way round; and what was
   * registered meanwhile.
   */
  resume(): void {
    const awake = this.#awakeLater;
    if (!awake) return;
    this.#awakeLater = undefined;
    this.#portCls.changeSystemPower('S0');
    for (const subdevice of this.#signalOrder().reverse()) {
      if (awake.has(subdevice)) this.#wake(subdevice, 'system');
    }
    for (const adapter of this.#portCls.adapters) this.#settleAdapter(adapter);
  }

  dispose(): void {
    this.#store.dispose();
    for (const { store } of this.#managed.values()) store.dispose();
    this.#managed.clear();
    this.#changed.dispose();
    this.#woken.dispose();
  }

  #add(subdevice: Subdevice): void {
    const { adapter, power, path } = subdevice;
    if (!this.#manages(adapter)) return;
    const portCls = this.#portCls;
    const idle = new IdlePower({
      masterClock: portCls.masterClock,
      scheduler: portCls.scheduler,
      get powerSource() {
        return portCls.idleSource;
      },
      get state() {
        return power.state;
      },
      settings: () => readPowerSettings(this.#key(subdevice)),
      busy: () => this.#busy(subdevice),
      request: (state) => this.#idled(subdevice, state),
    });
    const store = new DisposableStore();
    this.#managed.set(subdevice, { idle, store, wasBusy: this.#held.has(path) });
    store.add(idle);
    store.add(subdevice.onNeedPower((pinId) => this.#wakePath(subdevice, pinId)));
    store.add(
      subdevice.onPins(() => {
        this.#users = undefined;
        this.#conditionsChanged();
        this.#changed.fire();
      }),
    );
    store.add(power.onState(() => this.#changed.fire()));
    store.add(
      power.onExitLatency((latency) => {
        this.#woken.fire({ subdevice, latency });
        this.#changed.fire();
      }),
    );
    // Every object begins in D0; while the system sleeps, as if it had been in it before.
    if (this.#awakeLater) {
      this.#awakeLater.add(subdevice);
      power.request('D3', 'system');
    } else {
      adapter.power.request('D0');
    }
    idle.start();
  }

  #remove(subdevice: Subdevice): void {
    this.#managed.get(subdevice)?.store.dispose();
    this.#managed.delete(subdevice);
    this.#awakeLater?.delete(subdevice);
    this.#settleAdapter(subdevice.adapter);
  }

  #busy(subdevice: Subdevice): boolean {
    const { streams, others } = this.#usersOf(subdevice);
    return this.#held.has(subdevice.path) || streams.length + others.length > 0;
  }

  #conditionsChanged(): void {
    for (const [subdevice, managed] of this.#managed) {
      const busy = this.#busy(subdevice);
      if (busy === managed.wasBusy) continue;
      managed.wasBusy = busy;
      managed.idle.conditionsChanged();
    }
    this.#changed.fire();
  }

  /** Of those whose time is over now, what feeds goes first. */
  #idled(subdevice: Subdevice, state: DevicePowerState): void {
    const now = this.#portCls.masterClock.now();
    for (const each of this.#signalOrder()) {
      if (each === subdevice) return this.#sleep(each, state, 'idle');
      const { due } = this.#managed.get(each)!.idle;
      if (due !== undefined && due <= now && each.power.state === 'D0' && !this.#busy(each)) {
        this.#sleep(each, this.idleSettings(each).idlePowerState, 'idle');
      }
    }
  }

  #sleep(subdevice: Subdevice, state: DevicePowerState, reason: PowerReason): void {
    subdevice.power.request(state, reason, this.streamsThrough(subdevice));
    this.#settleAdapter(subdevice.adapter);
  }

  #wake(subdevice: Subdevice, reason: PowerReason): void {
    if (subdevice.power.state === 'D0') return;
    if (this.#awakeLater && reason !== 'stream') return void this.#awakeLater.add(subdevice);
    subdevice.power.request('D0', reason);
    this.#managed.get(subdevice)?.idle.restart();
  }

  /** What the path leads to first, the pin's own subdevice last. */
  #wakePath(subdevice: Subdevice, pinId: number): void {
    const vertex = this.#graphNow().pin(subdevice, pinId);
    if (!vertex) return;
    const crossed = new Set([...partsOnPath(vertex)].map((part) => part.subdevice));
    for (const use of this.#inside.uses) {
      if (use.streamsOf?.subdevice !== subdevice.path || use.streamsOf.pinId !== pinId) continue;
      for (const each of this.#crossed(use)) crossed.add(each);
    }
    for (const each of this.#signalOrder().reverse()) if (crossed.has(each)) this.#wake(each, 'stream');
  }

  /** Streams go another way: what is newly crossed is awake, and what they left does not hold them up any more. */
  #pathsChanged(before: ReadonlyMap<Subdevice, Users> | undefined): void {
    for (const [subdevice, { streams }] of before ?? []) {
      for (const pin of streams) {
        if (!this.#usersOf(subdevice).streams.includes(pin)) subdevice.power.release(pin);
      }
    }
    for (const subdevice of this.#signalOrder().reverse()) {
      const { streams, others } = this.#usersOf(subdevice);
      const old = before?.get(subdevice) ?? NOBODY;
      const isNew =
        streams.some((pin) => !old.streams.includes(pin)) ||
        others.some(({ client }) => !old.others.some((each) => each.client === client));
      if (!isNew || subdevice.power.state === 'D0') continue;
      if (this.#awakeLater) this.#awakeLater.add(subdevice);
      else this.#wake(subdevice, 'stream');
    }
  }

  #settleAdapter({ power, subdevices }: AdapterDevice): void {
    const managed = subdevices.filter((each) => this.#managed.has(each));
    if (managed.length > 0 && managed.every((each) => each.power.ownState === 'D3')) power.request('D3');
  }

  #key({ adapter, name }: Subdevice) {
    return adapter.newRegistryKey('deviceInterface', name);
  }

  #graphNow(): DeviceGraph {
    return (this.#graph ??= new DeviceGraph({
      subdevices: this.#portCls.adapters.flatMap(({ subdevices }) => subdevices),
    }));
  }

  #usersOf(subdevice: Subdevice): Users {
    this.#users ??= this.#findUsers();
    return this.#users.get(subdevice) ?? NOBODY;
  }

  #findUsers(): Map<Subdevice, Users> {
    const users = new Map<Subdevice, Users>();
    const usersOf = (subdevice: Subdevice): Users => {
      const found = users.get(subdevice) ?? { streams: [], others: [] };
      users.set(subdevice, found);
      return found;
    };
    const graph = this.#graphNow();
    for (const subdevice of graph.subdevices) {
      for (const pin of subdevice.openPins) {
        const vertex = pin.state === 'STOP' ? undefined : graph.pin(subdevice, pin.pinId);
        if (!vertex) continue;
        for (const each of new Set([...partsOnPath(vertex)].map((part) => part.subdevice))) {
          usersOf(each).streams.push(pin);
        }
      }
    }
    for (const use of this.#inside.uses) {
      for (const each of this.#crossed(use)) {
        const { streams, others } = usersOf(each);
        if (!use.streamsOf) others.push(use);
        else streams.push(...this.#streamsOf(use.streamsOf).filter((pin) => !streams.includes(pin)));
      }
    }
    return users;
  }

  #streamsOf({ subdevice, pinId }: Required<PowerUse>['streamsOf']): PinInstance[] {
    const pins = this.subdevices.find(({ path }) => path === subdevice)?.openPins ?? [];
    return pins.filter((pin) => pin.pinId === pinId && pin.state !== 'STOP');
  }

  #crossed({ crosses }: PowerUse): Subdevice[] {
    return this.subdevices.filter(({ path }) => crosses.includes(path));
  }

  /** The subdevices, each after those that feed it; filters that feed each other in registration order. */
  #signalOrder(): Subdevice[] {
    const { joins } = this.#graphNow();
    const order = new Set<Subdevice>();
    const begun = new Set<Subdevice>();
    const visit = (subdevice: Subdevice) => {
      if (begun.has(subdevice)) return;
      begun.add(subdevice);
      for (const { from, to } of joins) if (to.subdevice === subdevice) visit(from.subdevice);
      if (this.#managed.has(subdevice)) order.add(subdevice);
    };
    for (const subdevice of this.subdevices) visit(subdevice);
    return [...order];
  }
}
