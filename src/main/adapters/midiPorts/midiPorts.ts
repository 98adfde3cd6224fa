import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import type { Emitter } from '../../../contract/emitter.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import { CLSID } from '../../engine/ks/guid.ts';
import { acceptsFormat } from '../../engine/ks/intersection.ts';
import type { ConnectOptions } from '../../engine/ks/pin.ts';
import { KsError } from '../../engine/ks/status.ts';
import type { AdapterDevice } from '../../engine/portcls/adapter.ts';
import type { MiniportDMusUart } from '../../engine/portcls/miniports/uart/dmusUart.ts';
import type { MidiTransport } from '../../engine/portcls/miniports/uart/transportUart.ts';
import type { UartAdapter } from '../../engine/portcls/miniports/uart/uartDevice.ts';
import type { PortCls } from '../../engine/portcls/portcls.ts';
import { DIRECTMUSIC_FORMAT, MidiClient } from '../../engine/wdmaud/midiClient.ts';
import type { MidiPort, MidiPortHardware } from './midiPortHardware.ts';

export const MIDI_PORTS_ID = 'midi';

/** Far more devices than anybody has. */
const MOST_DEVICES = 256;

/**
 * The adapter driver of the system's MIDI ports: one subdevice, a DMus port with a DMusUART miniport, per device. A
 * device that is plugged in is registered, one that is pulled out is a surprise removal. Specification 4.6, 8.1.
 */
export class MidiPorts implements Disposable {
  readonly #portCls: PortCls;
  readonly #hardware: MidiPortHardware;
  readonly #store = new DisposableStore();
  #adapter: AdapterDevice | undefined;

  constructor(portCls: PortCls, hardware: MidiPortHardware) {
    this.#portCls = portCls;
    this.#hardware = hardware;
    for (const port of hardware.ports) this.#install(port);
    this.#store.add(hardware.onArrived((port) => this.#install(port)));
    this.#store.add(
      hardware.onRemoved(({ name, message }) => {
        if (this.#adapter?.subdevice(name)) this.#adapter.unregisterSubdevice(name, message);
      }),
    );
  }

  /** The device object; there is none before the first device came. */
  get adapter(): AdapterDevice | undefined {
    return this.#adapter;
  }

  /**
   * Opens the output of the device of this name.
   * @throws PinwheelError `device-unavailable`, KsError when others have all its pins
   */
  openClient(name: string, options?: ConnectOptions): MidiClient {
    const filter = this.#adapter?.subdevice(name)?.filter;
    const pinId = filter?.descriptor.pins.findIndex(
      ({ dataFlow, dataRanges }) =>
        dataFlow === 'IN' && dataRanges.some((range) => acceptsFormat(range, DIRECTMUSIC_FORMAT)),
    );
    if (!filter || pinId === undefined || pinId < 0) {
      throw new PinwheelError({
        code: 'device-unavailable',
        message: `There is no MIDI output “${name}”.`,
        subject: name,
        advice: 'Plug the device in, or choose another one.',
      });
    }
    return MidiClient.openPin(filter, pinId, options);
  }

  dispose(): void {
    this.#store.dispose();
    if (this.#adapter) this.#portCls.removeAdapterDevice(this.#adapter);
  }

  #install(device: MidiPort): void {
    this.#adapter ??= this.#portCls.addAdapterDevice({
      id: MIDI_PORTS_ID,
      name: 'MIDI',
      maxObjects: MOST_DEVICES,
    });
    if (this.#adapter.subdevices.length >= MOST_DEVICES) return;
    const port = this.#portCls.newPort(CLSID.PortDMus);
    const miniport = this.#portCls.newMiniport(CLSID.MiniportDriverDMusUART) as MiniportDMusUart;
    const adapter: UartAdapter = { midiTransport: transportOf(this.#hardware, device) };
    this.#adapter.installSubdevice(device.name, port, miniport, { adapter });
  }
}

/** The cable of a UART: the port's input and output, as far as the device has them. */
export function transportOf(hardware: MidiPortHardware, { name, input, output }: MidiPort): MidiTransport {
  return {
    ...(output && {
      send(bytes: Uint8Array) {
        hardware.send(name, bytes);
        return true;
      },
      openRenderStream: () => renderStream(hardware, name),
    }),
    setPower: (on) => hardware.setPower(name, on),
    ...(input && { onBytes: hardware.captured(name), onInputLost: failures(hardware, name) }),
  };
}

function renderStream(hardware: MidiPortHardware, name: string) {
  try {
    const stream = hardware.openStream(name);
    return {
      setState: stream.setState.bind(stream),
      putBuffer: stream.write.bind(stream),
      close: stream.close.bind(stream),
      onPosition: stream.onPosition,
      onLost: stream.onLost,
    };
  } catch (error) {
    if (!(error instanceof PinwheelError)) throw error;
    throw new KsError('STATUS_DEVICE_NOT_READY', error.message);
  }
}

/** Why the port failed, for those who listen to its input. */
function failures(hardware: MidiPortHardware, name: string): Emitter<string>['event'] {
  return (listener) => hardware.onFailed((failure) => failure.name === name && listener(failure.message));
}
