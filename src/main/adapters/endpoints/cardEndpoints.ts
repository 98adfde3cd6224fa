import type { Disposable } from '../../../contract/disposable.ts';
import { pcmFormat } from '../../engine/ks/format.ts';
import { CLSID } from '../../engine/ks/guid.ts';
import type { PinInstance } from '../../engine/ks/pin.ts';
import type { AdapterDevice } from '../../engine/portcls/adapter.ts';
import type { PortCls } from '../../engine/portcls/portcls.ts';
import { ENDPOINT_PIN, EndpointMiniport } from './endpointFilter.ts';
import { activePort } from './jacks.ts';
import { LevelRegisters } from './levelRegisters.ts';
import { MIXER_PIN, ProgramInput, StreamMixer } from './streamMixer.ts';
import type { Direction, EndpointDevice, HardwareWire, ProgramStream, SystemSound } from './systemSound.ts';

/** The devices of one card, or one device that belongs to no card. */
export interface CardDevices {
  /** Stable over restarts. */
  readonly id: string;
  readonly name: string;
  readonly sinks: readonly EndpointDevice[];
  readonly sources: readonly EndpointDevice[];
}

/** Where a program's stream is in the engine. */
export interface ProgramPin {
  readonly pin: PinInstance;
  readonly input: ProgramInput;
}

interface Installed {
  readonly name: string;
  /** What the filter's descriptor was made of: another shape needs another filter. */
  readonly shape: string;
  readonly miniport: EndpointMiniport;
  readonly mixer: { readonly name: string; readonly port: StreamMixer } | undefined;
}

interface NewDevice {
  readonly key: string;
  readonly shape: string;
  readonly direction: Direction;
  readonly device: EndpointDevice;
  readonly wire: HardwareWire | undefined;
  /** Name of the card. */
  readonly card: string;
}

/** Finds the hardware behind a device; undefined when the device is all there is. */
export type WireOf = (direction: Direction, device: EndpointDevice) => HardwareWire | undefined;

/** Subdevices an adapter may have: two for each sink, one for each source of the richest cards. */
const MOST_OBJECTS = 64;

/**
 * Adapter driver of one card of the sound server: a topology filter for each sink and source, and before that of a
 * sink the system mixer with the streams of the programs that play on it.
 */
export class CardEndpoints implements Disposable {
  readonly adapter: AdapterDevice;
  readonly #portCls: PortCls;
  readonly #sound: SystemSound;
  readonly #wireOf: WireOf;
  /** By direction and device name. */
  readonly #installed = new Map<string, Installed>();
  /** By the server's number of the stream. */
  readonly #programs = new Map<number, ProgramPin & { readonly sink: string }>();

  constructor(portCls: PortCls, sound: SystemSound, devices: CardDevices, wireOf: WireOf) {
    this.#portCls = portCls;
    this.#sound = sound;
    this.#wireOf = wireOf;
    this.adapter = portCls.addAdapterDevice({
      id: devices.id,
      name: devices.name,
      maxObjects: MOST_OBJECTS,
      keepsLevels: true,
    });
    this.update(devices);
  }

  /** Pin instances of the programs that play on this card, by the server's number of the stream. */
  get programs(): ReadonlyMap<number, ProgramPin> {
    return this.#programs;
  }

  /** Name of a device's topology filter; undefined while it has none. */
  filterOf(direction: Direction, device: string): string | undefined {
    return this.#installed.get(`${direction}/${device}`)?.name;
  }

  update({ name, sinks, sources }: CardDevices): void {
    const present = new Set<string>();
    const devices = [
      ...sinks.map((device) => ({ direction: 'render', device }) as const),
      ...sources.map((device) => ({ direction: 'capture', device }) as const),
    ];
    for (const { direction, device } of devices) {
      const key = `${direction}/${device.name}`;
      present.add(key);
      const wire = this.#wireOf(direction, device);
      const shape = shapeOf(device, wire);
      const old = this.#installed.get(key);
      if (old?.shape === shape) {
        old.miniport.update(device);
        continue;
      }
      if (old) this.#remove(key, old);
      this.#install({ key, shape, direction, device, wire, card: name });
    }
    for (const [key, installed] of this.#installed) if (!present.has(key)) this.#remove(key, installed);
  }

  /** Opens, updates and closes the pins of the programs that play on this card's sinks. */
  updatePrograms(streams: readonly ProgramStream[], sinkName: (index: number) => string | undefined): void {
    const present = new Set<number>();
    for (const stream of streams) {
      const sink = stream.sink === undefined ? undefined : sinkName(stream.sink);
      const mixer = sink === undefined ? undefined : this.#installed.get(`render/${sink}`)?.mixer;
      if (sink === undefined || !mixer) continue;
      const old = this.#programs.get(stream.index);
      if (old && old.sink !== sink) this.#closeProgram(stream.index);
      const program = this.#programs.get(stream.index) ?? this.#openProgram(stream, sink, mixer);
      present.add(stream.index);
      program.input.registers.update(stream);
      program.pin.setState(stream.corked ? 'PAUSE' : 'RUN');
    }
    for (const index of [...this.#programs.keys()]) if (!present.has(index)) this.#closeProgram(index);
  }

  dispose(): void {
    for (const index of [...this.#programs.keys()]) this.#closeProgram(index);
    for (const { miniport } of this.#installed.values()) miniport.dispose();
    this.#portCls.removeAdapterDevice(this.adapter);
  }

  #install({ key, shape, direction, device, wire, card }: NewDevice): void {
    const miniport = new EndpointMiniport(direction, device, this.#sound, wire !== undefined);
    const name = this.#freeName(labelOf(direction, device, card));
    this.adapter.installSubdevice(name, this.#portCls.newPort(CLSID.PortTopology), miniport);
    if (wire) this.#connect(direction, name, wire);
    let mixer: Installed['mixer'];
    if (direction === 'render') {
      const port = new StreamMixer();
      mixer = { name: this.#freeName(`${name} mixer`), port };
      this.adapter.installSubdevice(mixer.name, port, StreamMixer.newMiniport());
      this.adapter.registerPhysicalConnection({
        fromSubdevice: mixer.name,
        fromPin: MIXER_PIN.MIX,
        toSubdevice: name,
        toPin: ENDPOINT_PIN.IN,
      });
    }
    this.#installed.set(key, { name, shape, miniport, mixer });
  }

  /** PcRegisterPhysicalConnectionToExternal and …FromExternal: the card's own mixer is behind the server's device. */
  #connect(direction: Direction, name: string, { link, pin }: HardwareWire): void {
    this.adapter.registerExternalConnection(
      direction === 'render'
        ? { fromSubdevice: name, fromPin: ENDPOINT_PIN.OUT, toLink: link, toPin: pin }
        : { fromLink: link, fromPin: pin, toSubdevice: name, toPin: ENDPOINT_PIN.IN },
    );
  }

  #remove(key: string, { name, miniport, mixer }: Installed): void {
    this.#installed.delete(key);
    miniport.dispose();
    const sink = key.slice(key.indexOf('/') + 1);
    if (mixer) {
      for (const [index, program] of this.#programs) if (program.sink === sink) this.#closeProgram(index);
      this.adapter.unregisterSubdevice(mixer.name, 'The device was removed.');
    }
    this.adapter.unregisterSubdevice(name, 'The device was removed.');
  }

  #openProgram(
    stream: ProgramStream,
    sink: string,
    { name, port }: NonNullable<Installed['mixer']>,
  ): ProgramPin {
    const { index, sampleSpec } = stream;
    const input: ProgramInput = new ProgramInput(
      new LevelRegisters(
        stream,
        {
          setGains: (gains) => this.#sound.setStreamGains(index, gains),
          setMute: (mute) => this.#sound.setStreamMute(index, mute),
        },
        () => {
          const now = this.#sound.state.streams.find((each) => each.index === index);
          if (now) input.registers.update(now);
        },
      ),
    );
    const { filter } = this.adapter.subdevice(name)!;
    // The server tells how the program's samples are laid out; on its way to the mixer they are what the server mixes.
    const format = pcmFormat(Math.max(1, sampleSpec.channels), Math.max(1, sampleSpec.rate), 32);
    const pin = port.opening(input, () => filter.createPin(MIXER_PIN.PROGRAMS, format));
    const program = { pin, input, sink };
    this.#programs.set(index, program);
    return program;
  }

  #closeProgram(index: number): void {
    const program = this.#programs.get(index);
    this.#programs.delete(index);
    program?.pin.close();
  }

  #freeName(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.adapter.subdevice(name); number++) name = `${wanted} ${number}`;
    return name;
  }
}

/** What a person tells the devices of a card apart by. A slash would end the name in an interface path. */
function labelOf(direction: Direction, { description }: EndpointDevice, card: string): string {
  const own = description.startsWith(`${card} `) ? description.slice(card.length + 1) : '';
  const kind = direction === 'render' ? 'Output' : 'Input';
  return (own === '' ? kind : `${kind} ${own}`).replaceAll('/', '-');
}

function shapeOf(device: EndpointDevice, wire: HardwareWire | undefined): string {
  const { type, description } = activePort(device) ?? {};
  return JSON.stringify([device.description, device.channelMap, type, description, wire]);
}
