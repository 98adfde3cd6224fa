import { Emitter } from '../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../contract/disposable.ts';
import { PinwheelError } from '../../contract/errors.ts';
import { encodePeaks } from '../../contract/frames.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type {
  ControlChange,
  ControlValue,
  MixerControl,
  MixerDevice as MixerDeviceSnapshot,
  MixerSnapshot,
  mixerService,
} from '../../contract/services/mixer.ts';
import type { AdapterDevice } from '../engine/portcls/adapter.ts';
import type { PortCls } from '../engine/portcls/portcls.ts';
import { MixerDevice } from '../engine/wdmaud/mixer/mixerDevice.ts';
import type { NodeState } from '../settings/stateStore.ts';

/** Where levels are kept over restarts. */
export interface LevelMemory {
  mixerDevice(deviceId: string): Readonly<Record<string, NodeState>>;
  setNode(deviceId: string, nodeKey: string, state: NodeState): void;
}

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
  readonly #devices = new Map<string, { device: MixerDevice; lastSeen: MixerDeviceSnapshot }>();
  readonly #store = new DisposableStore();
  readonly #meterNumbers = new Map<string, number>();
  readonly #snapshotEmitter = new Emitter<MixerSnapshot>();
  readonly #controlEmitter = new Emitter<ControlChange>();
  #peakControls: PeakControl[] = [];
  #silent = true;

  readonly onSnapshot = this.#snapshotEmitter.event;
  readonly onControl = this.#controlEmitter.event;

  constructor(portCls: PortCls, memory: LevelMemory) {
    this.#memory = memory;
    for (const adapter of portCls.adapters) this.#add(adapter, portCls);
    this.#store.add(
      portCls.onInterface(({ adapter }) => {
        if (!this.#devices.has(adapter.id)) this.#add(adapter, portCls);
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
    return entry.device.setControl(controlId, value);
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
    for (const { device } of this.#devices.values()) device.dispose();
    this.#devices.clear();
  }

  #add(adapter: AdapterDevice, portCls: PortCls): void {
    const device = new MixerDevice(adapter, portCls, (key) => this.#meterNumber(key));
    const entry = { device, lastSeen: describe(device) };
    this.#devices.set(adapter.id, entry);
    this.#restore(device);
    entry.lastSeen = describe(device);
    this.#collectPeakControls();
    this.#store.add(
      device.onLines(() => {
        entry.lastSeen = device.present ? describe(device) : { ...entry.lastSeen, present: false };
        this.#collectPeakControls();
        this.#snapshotEmitter.fire(this.getSnapshot());
      }),
    );
    this.#store.add(
      device.onControl((control) => {
        entry.lastSeen = describe(device);
        this.#remember(device.id, control);
        this.#controlEmitter.fire({ deviceId: device.id, control });
      }),
    );
    this.#snapshotEmitter.fire(this.getSnapshot());
  }

  #restore(device: MixerDevice): void {
    const remembered = this.#memory.mixerDevice(device.id);
    for (const control of device.destinations
      .flatMap((line) => [line, ...line.sources])
      .flatMap((line) => line.controls)) {
      const state = remembered[nodeKey(control)];
      const value = state && valueOf(control, state);
      if (!value) continue;
      try {
        device.setControl(control.id, value);
      } catch (error) {
        // What was remembered may be of a device with another number of channels: its default is right then.
        if (!(error instanceof PinwheelError)) throw error;
      }
    }
  }

  #remember(deviceId: string, control: MixerControl): void {
    switch (control.type) {
      case 'VOLUME':
        return this.#memory.setNode(deviceId, nodeKey(control), { levels: control.levels });
      case 'MUTE':
        return this.#memory.setNode(deviceId, nodeKey(control), { muted: control.muted });
      case 'MUX':
        return this.#memory.setNode(deviceId, nodeKey(control), { selected: control.selected });
      case 'PEAKMETER':
        return;
    }
  }

  #collectPeakControls(): void {
    this.#peakControls = [];
    for (const { device } of this.#devices.values()) {
      const lines = device.destinations.flatMap((line) => [line, ...line.sources]);
      for (const control of lines.flatMap((line) => line.controls)) {
        if (control.type !== 'PEAKMETER') continue;
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

function describe(device: MixerDevice): MixerDeviceSnapshot {
  return {
    id: device.id,
    name: device.name,
    present: device.present,
    destinations: device.destinations.map((line) => ({
      ...line,
      controls: [...line.controls],
      sources: line.sources.map((source) => ({ ...source, controls: [...source.controls] })),
    })),
  };
}

/** Names a control over restarts: node numbers may shift when the card gains nodes, names do not. */
function nodeKey(control: MixerControl): string {
  return `${control.node.filter}/${control.type}/${control.name}`;
}

function valueOf(control: MixerControl, state: NodeState): ControlValue | undefined {
  if (control.type === 'VOLUME' && state.levels?.length) return { levels: state.levels };
  if (control.type === 'MUTE' && state.muted?.length) return { muted: state.muted };
  if (control.type === 'MUX' && state.selected !== undefined) return { selected: state.selected };
  return undefined;
}
