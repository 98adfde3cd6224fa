import { DisposableStore, type Disposable } from '../../contract/disposable.ts';
import { Emitter, type Event } from '../../contract/emitter.ts';
import { PinwheelError } from '../../contract/errors.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import {
  NEVER_IDLE,
  UNKNOWN_COST,
  type IdleTimes,
  type PowerConnection,
  type PowerConnectionEnds,
  type PowerCost,
  type PowerSnapshot,
  type powerService,
  type PowerStream,
  type PowerSubdevice,
} from '../../contract/services/power.ts';
import type { PowerChoices } from '../../contract/services/settings.ts';
import {
  REFERENCE_TIME_PER_MILLISECOND,
  referenceTimeToSeconds,
  type ReferenceTime,
} from '../../contract/units.ts';
import { pinName } from '../engine/ks/descriptor.ts';
import type { PinInstance } from '../engine/ks/pin.ts';
import type { PortCls } from '../engine/portcls/portcls.ts';
import type { Subdevice } from '../engine/portcls/subdevice.ts';
import type { PowerPolicy } from '../engine/power/powerPolicy.ts';
import type { PowerUse } from '../engine/power/powerUses.ts';
import { AbsentParts, isPossible, type AdapterConnection } from './power/absentParts.ts';
import { portName } from './topology/describeFilter.ts';

export interface PowerServiceOptions {
  readonly portCls: PortCls;
  readonly policy: PowerPolicy;
  readonly settings: {
    get(): { power?: PowerChoices };
    set(patch: { power: PowerChoices }): unknown;
  };
  /** What a subdevice costs now, as far as somebody measures it. */
  cost(subdevice: Subdevice): PowerCost;
  readonly onCost: Event<unknown>;
}

/** Power, registration and physical connections of the subdevices as clients see and set them. Specification 8. */
export class PowerService implements ServiceImplementation<typeof powerService>, Disposable {
  readonly #options: PowerServiceOptions;
  readonly #absent = new AbsentParts();
  readonly #store = new DisposableStore();
  readonly #emitter = new Emitter<PowerSnapshot>();
  readonly onSnapshot = this.#emitter.event;
  readonly #pauses = new Emitter<boolean>();
  readonly onPaused = this.#pauses.event;
  #telling: NodeJS.Immediate | undefined;
  #paused = false;

  constructor(options: PowerServiceOptions) {
    this.#options = options;
    const { portCls, policy } = options;
    for (const each of policy.subdevices) this.#applyChoices(each);
    this.#store.add(
      portCls.onInterface((event) => {
        if (event.kind === 'arrival' && policy.subdevices.includes(event.subdevice)) {
          this.#applyChoices(event.subdevice);
        }
        this.#tell();
      }),
    );
    this.#store.add(policy.onChanged(() => this.#tell()));
    this.#store.add(options.onCost(() => this.#tell()));
  }

  getSnapshot(): PowerSnapshot {
    const { portCls, policy } = this.#options;
    this.#absent.reconcile(portCls.adapters);
    return {
      seconds: referenceTimeToSeconds(portCls.masterClock.now()),
      source: portCls.powerSource,
      idle: this.#choices.idle ?? NEVER_IDLE,
      paused: this.#paused,
      subdevices: [
        ...policy.subdevices.map((each) => this.#describe(each, true)),
        ...this.#absent.subdevices.map((each) => this.#describe(each, false)),
      ],
      connections: this.#connections().map(describeConnection),
    };
  }

  setState(name: string, state: 'D0' | 'D3' | 'auto'): PowerSubdevice {
    const subdevice = this.#find(name);
    const { policy } = this.#options;
    if (state !== 'D0' && policy.isHeld(subdevice)) this.hold(subdevice.path, false);
    if (state !== 'auto') policy.request(subdevice, state);
    return this.#describe(subdevice, true);
  }

  hold(name: string, held: boolean): PowerSubdevice {
    const subdevice = this.#find(name);
    this.#options.policy.hold(subdevice, held);
    this.#choose(subdevice.path, ({ held: _, ...others }) => (held ? { ...others, held } : others));
    return this.#describe(subdevice, true);
  }

  setIdleTimes(name: string, idle: IdleTimes | null): PowerSubdevice {
    const subdevice = this.#find(name);
    this.#choose(subdevice.path, ({ idle: _, ...others }) => (idle ? { ...others, idle } : others));
    this.#applyChoices(subdevice);
    return this.#describe(subdevice, true);
  }

  setDefaultIdleTimes(idle: IdleTimes): void {
    this.#options.settings.set({ power: { ...this.#choices, idle } });
    for (const each of this.#options.policy.subdevices) this.#applyChoices(each);
  }

  setPaused(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    for (const each of this.#options.policy.subdevices) this.#applyChoices(each);
    this.#pauses.fire(paused);
    this.#tell();
  }

  setKeepBank(keepBank: boolean): void {
    this.#options.settings.set({ power: { ...this.#choices, keepBank } });
  }

  unregister(name: string): PowerSubdevice {
    const subdevice = this.#find(name);
    this.#absent.unregister(subdevice);
    return this.#describe(subdevice, false);
  }

  register(name: string): PowerSubdevice {
    const absent = byName(this.#absent.subdevices, name);
    this.#absent.register(absent?.path ?? name);
    return this.#describe(this.#find(absent?.path ?? name), true);
  }

  setConnected(ends: PowerConnectionEnds, connected: boolean): void {
    const connection = this.#connections().find((each) => isSame(describeConnection(each), ends));
    if (!connection) {
      throw new PinwheelError({
        code: 'not-found',
        message: `There is no physical connection from ${ends.from.filter}.${ends.from.pin} to ${ends.to.filter}.${ends.to.pin}.`,
      });
    }
    if (connection.connected === connected) return;
    const { connected: _, ...parts } = connection;
    if (connected) this.#absent.connect(parts);
    else this.#absent.disconnect(parts);
  }

  rebalance(id: string): void {
    const { adapters } = this.#options.portCls;
    const adapter = adapters.find((each) => each.id.toLowerCase() === id.toLowerCase());
    if (!adapter) {
      throw new PinwheelError({
        code: 'not-found',
        message: `There is no adapter “${id}”.`,
        subject: id,
        advice: `There are: ${adapters.map((each) => each.id).join(', ') || 'none'}.`,
      });
    }
    adapter.pnp.queryStop();
    adapter.pnp.stop();
  }

  dispose(): void {
    clearImmediate(this.#telling);
    this.#store.dispose();
    this.#emitter.dispose();
    this.#pauses.dispose();
  }

  get #choices(): PowerChoices {
    return this.#options.settings.get().power ?? {};
  }

  #choose(
    path: string,
    change: (chosen: { idle?: IdleTimes; held?: boolean }) => { idle?: IdleTimes; held?: boolean },
  ): void {
    const { subdevices = {}, ...others } = this.#choices;
    const { [path]: chosen = {}, ...rest } = subdevices;
    const changed = change(chosen);
    this.#options.settings.set({
      power: {
        ...others,
        subdevices: Object.keys(changed).length > 0 ? { ...rest, [path]: changed } : rest,
      },
    });
  }

  #applyChoices(subdevice: Subdevice): void {
    const { policy } = this.#options;
    const { idle = this.#choices.idle ?? NEVER_IDLE, held = false } =
      this.#choices.subdevices?.[subdevice.path] ?? {};
    policy.setIdleSettings(subdevice, {
      performanceIdleTime: this.#paused ? 0 : idle.performanceSeconds,
      conservationIdleTime: this.#paused ? 0 : idle.conservationSeconds,
      idlePowerState: idle.state,
    });
    if (held && !policy.isHeld(subdevice)) policy.hold(subdevice, true);
  }

  /** One event for everything that happens in one turn. */
  #tell(): void {
    if (!this.#emitter.hasListeners) return;
    this.#telling ??= setImmediate(() => {
      this.#telling = undefined;
      this.#emitter.fire(this.getSnapshot());
    });
  }

  #find(name: string): Subdevice {
    const { subdevices } = this.#options.policy;
    const found = byName(subdevices, name);
    if (found) return found;
    throw new PinwheelError({
      code: 'not-found',
      message: `There is no subdevice “${name}”.`,
      subject: name,
      advice: `There are: ${subdevices.map(({ path }) => path).join(', ') || 'none'}.`,
    });
  }

  #connections(): (AdapterConnection & { readonly connected: boolean })[] {
    const { portCls, policy } = this.#options;
    const managed = new Set(policy.subdevices.map(({ adapter }) => adapter));
    const present = portCls.adapters
      .filter((adapter) => managed.has(adapter))
      .flatMap((adapter) => adapter.connections.map((each) => ({ ...each, adapter, connected: true })));
    return [...present, ...this.#absent.connections.map((each) => ({ ...each, connected: false }))];
  }

  #describe(subdevice: Subdevice, registered: boolean): PowerSubdevice {
    const { policy, cost } = this.#options;
    const { power, path, name, adapter, port } = subdevice;
    const { performanceIdleTime, conservationIdleTime, idlePowerState } = policy.idleSettings(subdevice);
    const idleAt = registered ? policy.idleDue(subdevice) : undefined;
    const last = power.exitLatency;
    const from = last?.from ?? (idlePowerState === 'D0' ? 'D3' : idlePowerState);
    const { D0, D1, D2, D3 } = power.timeInStates;
    return {
      path,
      adapter: adapter.id,
      name,
      port: portName(port.classId),
      registered,
      state: registered ? power.state : 'D3',
      history: power.history.map(({ time, state, reason }) => ({
        seconds: referenceTimeToSeconds(time),
        state,
        reason,
      })),
      secondsIn: {
        D0: referenceTimeToSeconds(D0),
        D1: referenceTimeToSeconds(D1),
        D2: referenceTimeToSeconds(D2),
        D3: referenceTimeToSeconds(D3),
      },
      wakes: Object.fromEntries(power.wakes),
      held: policy.isHeld(subdevice),
      holders: registered
        ? [
            ...policy.streamsThrough(subdevice).map(describeStream),
            ...policy.usesOf(subdevice).map(describeUse),
          ]
        : [],
      streams: registered ? subdevice.openPins.map(describeStream) : [],
      idle: {
        performanceSeconds: performanceIdleTime,
        conservationSeconds: conservationIdleTime,
        state: idlePowerState === 'D0' ? 'D3' : idlePowerState,
      },
      idleAt: idleAt === undefined ? null : referenceTimeToSeconds(idleAt),
      exitLatency: {
        from,
        promised: milliseconds(last?.promised ?? power.promisedExitLatency(from)),
        measured: last ? milliseconds(last.measured) : null,
      },
      cost: registered ? cost(subdevice) : UNKNOWN_COST,
    };
  }
}

const milliseconds = (time: ReferenceTime): number => time / REFERENCE_TIME_PER_MILLISECOND;

/** By path, or by a name that only one has, in any case. */
function byName(subdevices: readonly Subdevice[], name: string): Subdevice | undefined {
  const exact = subdevices.find(({ path }) => path === name);
  if (exact) return exact;
  const wanted = name.toLowerCase();
  const called = subdevices.filter(
    (each) => each.name.toLowerCase() === wanted || each.path.toLowerCase() === wanted,
  );
  return called.length === 1 ? called[0] : undefined;
}

/** A signal path inside the device works all the time. */
function describeUse({ client, crosses }: PowerUse): PowerStream {
  return { client, subdevice: crosses[0]?.split('/').at(-1) ?? '', pin: '', state: 'RUN' };
}

function describeStream({ filter, pinId, state, connect }: PinInstance): PowerStream {
  return { client: connect.client ?? '', subdevice: filter.name, pin: pinName(filter.pin(pinId)), state };
}

function describeConnection(connection: AdapterConnection & { connected: boolean }): PowerConnection {
  const { adapter, fromSubdevice, fromPin, toSubdevice, toPin, connected } = connection;
  return {
    from: { filter: `${adapter.id}/${fromSubdevice}`, pin: fromPin },
    to: { filter: `${adapter.id}/${toSubdevice}`, pin: toPin },
    connected,
    possible: isPossible(connection),
  };
}

function isSame(a: PowerConnectionEnds, b: PowerConnectionEnds): boolean {
  return (
    a.from.filter === b.from.filter &&
    a.from.pin === b.from.pin &&
    a.to.filter === b.to.filter &&
    a.to.pin === b.to.pin
  );
}
