import { Emitter } from '../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../contract/disposable.ts';
import { PinwheelError } from '../../contract/errors.ts';
import { encodePeaks } from '../../contract/frames.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type {
  ControlChange,
  ControlState,
  ControlValue,
  MixerControl,
  MixerDevice as MixerDeviceSnapshot,
  MixerSnapshot,
  RecentControl,
  mixerService,
  MixerDestination,
} from '../../contract/services/mixer.ts';
import type { AdapterDevice } from '../engine/portcls/adapter.ts';
import type { PortCls } from '../engine/portcls/portcls.ts';
import { MixerDevice } from '../engine/wdmaud/mixer/mixerDevice.ts';
import { controlKey, stateOf, valueOf } from './mixer/controlState.ts';

/** Where levels are kept over restarts. */
export interface LevelMemory {
  readonly mixerDevices: readonly string[];
  mixerDevice(deviceId: string): Readonly<Record<string, ControlState>>;
  setNode(deviceId: string, nodeKey: string, state: ControlState): void;
}

/** What the controls of a device are set to. */
export interface DeviceControls {
  readonly name: string;
  /** Its levels are the system's. */
  readonly keepsLevels: boolean;
  /** By control key. */
  readonly controls: Readonly<Record<string, ControlState>>;
}

/** More than anybody remembers having touched. */
const RECENT_CONTROLS = 16;

interface PeakControl {
  readonly device: MixerDevice;
  readonly controlId: number;
  readonly meter: number;
  readonly peaks: number[];
}

/**
 * The mixer of the panel, the tray and the command line: one mixer device per adapter, with levels remembered.
 *
 * An adapter that was surprise-removed is still shown, with its last lines and `present` false, so that nothing
 * jumps while the hardware is replaced.
 */
export class MixerService implements ServiceImplementation<typeof mixerService>, Disposable {
  readonly #memory: LevelMemory;
  readonly #devices = new Map<
    string,
    {
      device: MixerDevice;
      adapter: AdapterDevice;
      lastSeen: MixerDeviceSnapshot;
      subscriptions: DisposableStore;
    }
  >();
  readonly #store = new DisposableStore();
  readonly #meterNumbers = new Map<string, number>();
  readonly #snapshotEmitter = new Emitter<MixerSnapshot>();
  readonly #controlEmitter = new Emitter<ControlChange>();
  #peakControls: PeakControl[] = [];
  #silent = true;
  #recent: readonly RecentControl[] = [];

  readonly onSnapshot = this.#snapshotEmitter.event;
  readonly onControl = this.#controlEmitter.event;

  constructor(portCls: PortCls, memory: LevelMemory) {
    this.#memory = memory;
    for (const adapter of portCls.adapters) this.#add(adapter, portCls);
    this.#store.add(
      portCls.onInterface(({ kind, adapter }) => {
        if (kind === 'adapterRemoval') this.#remove(adapter);
        else if (!this.#devices.has(adapter.id)) this.#add(adapter, portCls);
      }),
    );
  }

  getSnapshot(): MixerSnapshot {
    return { devices: [...this.#devices.values()].map(({ lastSeen }) => lastSeen) };
  }

  setControl(deviceId: string, controlId: number, value: ControlValue): MixerControl {
    const entry = this.#devices.get(deviceId);
    if (!entry) {
      throw new PinwheelError({
        code: 'not-found',
        message: `There is no mixer device “${deviceId}”.`,
        subject: deviceId,
        advice: 'List the devices with “pinwheel mixer”.',
      });
    }
    if (!entry.device.present) {
      throw new PinwheelError({
        code: 'device-unavailable',
        message: `“${entry.device.name}” is not present at the moment.`,
        subject: deviceId,
        advice: 'Try again when the device is back.',
      });
    }
    const control = entry.device.setControl(controlId, value);
    const others = this.#recent.filter((each) => each.deviceId !== deviceId || each.controlId !== controlId);
    this.#recent = [{ deviceId, controlId }, ...others].slice(0, RECENT_CONTROLS);
    return control;
  }

  getRecent(): RecentControl[] {
    return [...this.#recent];
  }

  /** What every control is set to, and what is remembered of devices that are away; by device id. */
  controlStates(): Record<string, DeviceControls> {
    const states: Record<string, DeviceControls> = {};
    for (const id of this.#memory.mixerDevices) {
      states[id] = { name: id, keepsLevels: false, controls: { ...this.#memory.mixerDevice(id) } };
    }
    for (const [id, { device, adapter }] of this.#devices) {
      const remembered = states[id]?.controls;
      const present = controlsOf(device).flatMap((control) => {
        const state = stateOf(control);
        return state ? [[controlKey(control), state] as const] : [];
      });
      states[id] = {
        name: device.name,
        keepsLevels: adapter.keepsLevels,
        controls: { ...remembered, ...Object.fromEntries(present) },
      };
    }
    return states;
  }

  /**
   * Sets what is there, and remembers the rest for when it comes. Answers what can be neither, one sentence each.
   */
  setControlStates(deviceId: string, { name, keepsLevels, controls }: DeviceControls): string[] {
    const entry = this.#devices.get(deviceId);
    const there = entry?.device.present ? entry.device : undefined;
    if (!there && keepsLevels) return [`“${name}” is not there.`];
    const known = new Map(there && controlsOf(there).map((control) => [controlKey(control), control]));
    const skipped: string[] = [];
    for (const [key, state] of Object.entries(controls)) {
      const control = known.get(key);
      const value = control && valueOf(control, state);
      if (!control || !there) {
        if (!keepsLevels) this.#memory.setNode(deviceId, key, state);
        else skipped.push(`“${name}” has no ${key.split('/').slice(1).join(' ')} any more.`);
        continue;
      }
      if (!value || JSON.stringify(stateOf(control)) === JSON.stringify(state)) continue;
      try {
        there.setControl(control.id, value);
      } catch (error) {
        if (!(error instanceof PinwheelError)) throw error;
        skipped.push(`${name}: ${error.message}`);
      }
    }
    return skipped;
  }

  /** A frame with the peaks of all meters; undefined while all of them stay silent. */
  peakFrame(): Uint8Array | undefined {
    let silent = true;
    for (const { device, controlId, peaks } of this.#peakControls) {
      device.readPeaks(controlId, peaks);
      if (silent && peaks.some((peak) => peak > 0)) silent = false;
    }
    // One frame of silence tells the meters to fall.
    if (silent && this.#silent) return undefined;
    this.#silent = silent;
    return encodePeaks(this.#peakControls);
  }

  dispose(): void {
    this.#store.dispose();
    for (const { device, subscriptions } of this.#devices.values()) {
      subscriptions.dispose();
      device.dispose();
    }
    this.#devices.clear();
  }

  #add(adapter: AdapterDevice, portCls: PortCls): void {
    const device = new MixerDevice(adapter, portCls, (key) => this.#meterNumber(key));
    const subscriptions = new DisposableStore();
    const entry = { device, adapter, lastSeen: describe(device), subscriptions };
    this.#devices.set(adapter.id, entry);
    const restore = (known: ReadonlySet<number>) =>
      adapter.keepsLevels ? known : this.#restore(device, known);
    let known = restore(new Set());
    entry.lastSeen = describe(device);
    this.#collectPeakControls();
    subscriptions.add(
      device.onLines(() => {
        // A node that came or came back starts with what it was left at.
        known = restore(known);
        entry.lastSeen = device.present ? describe(device) : { ...entry.lastSeen, present: false };
        this.#collectPeakControls();
        this.#snapshotEmitter.fire(this.getSnapshot());
      }),
    );
    subscriptions.add(
      device.onControl((control) => {
        entry.lastSeen = describe(device);
        if (!adapter.keepsLevels) this.#remember(device.id, control);
        this.#controlEmitter.fire({ deviceId: device.id, control });
      }),
    );
    this.#snapshotEmitter.fire(this.getSnapshot());
  }

  #remove(adapter: AdapterDevice): void {
    const entry = this.#devices.get(adapter.id);
    if (!entry) return;
    this.#devices.delete(adapter.id);
    entry.subscriptions.dispose();
    entry.device.dispose();
    this.#collectPeakControls();
    this.#snapshotEmitter.fire(this.getSnapshot());
  }

  /** Sets the controls that are not in `known` to what is remembered. Answers the ids of all there are now. */
  #restore(device: MixerDevice, known: ReadonlySet<number>): ReadonlySet<number> {
    const remembered = this.#memory.mixerDevice(device.id);
    const controls = controlsOf(device);
    for (const control of controls) {
      if (known.has(control.id)) continue;
      const state = remembered[controlKey(control)];
      const value = state && valueOf(control, state);
      if (!value) continue;
      try {
        device.setControl(control.id, value);
      } catch (error) {
        // What was remembered may be of a device with another number of channels: its default is right then.
        if (!(error instanceof PinwheelError)) throw error;
      }
    }
    return new Set(controls.map((control) => control.id));
  }

  #remember(deviceId: string, control: MixerControl): void {
    const state = stateOf(control);
    if (state) this.#memory.setNode(deviceId, controlKey(control), state);
  }

  #collectPeakControls(): void {
    this.#peakControls = [];
    // A node behind a split stands on several lines; reading its peak resets it, so it is read once.
    const meters = new Set<number>();
    for (const { device } of this.#devices.values()) {
      for (const control of controlsOf(device)) {
        if (control.type !== 'PEAKMETER' || meters.has(control.meter)) continue;
        meters.add(control.meter);
        const peaks = Array.from({ length: control.channels }, () => 0);
        this.#peakControls.push({ device, controlId: control.id, meter: control.meter, peaks });
      }
    }
  }

  #meterNumber(key: string): number {
    let meter = this.#meterNumbers.get(key);
    if (meter === undefined) this.#meterNumbers.set(key, (meter = this.#meterNumbers.size));
    return meter;
  }
}

/** A mixer device replaces its lines and never changes them, so they can be handed out as they are. */
function describe({ id, name, present, destinations }: MixerDevice): MixerDeviceSnapshot {
  return { id, name, present, destinations: destinations.filter(hasControls) };
}

/** The path of coded sound has none, and is left out. Specification 6.2. */
function hasControls({ controls, sources }: MixerDestination): boolean {
  return controls.length > 0 || sources.some((source) => source.controls.length > 0);
}

function controlsOf(device: MixerDevice): MixerControl[] {
  return device.destinations.flatMap((line) => [line, ...line.sources]).flatMap((line) => line.controls);
}
