import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { PortCls } from '../../engine/portcls/portcls.ts';
import { KSPROPERTY_AUDIO } from '../../engine/ks/properties/audio.ts';
import { ALL_CHANNELS } from '../../engine/ks/property.ts';
import type { LevelRange } from '../../../contract/services/mixer.ts';
import { ksLevel, type KsLevel } from '../../../contract/units.ts';
import { CardEndpoints, type CardDevices, type ProgramPin } from './cardEndpoints.ts';
import { LEVEL_RANGE } from './levelRegisters.ts';
import { MIXER_NODE } from './streamMixer.ts';
import type { Direction, EndpointDevice, HardwareWire, HardwareWires, SystemSound } from './systemSound.ts';

/** The sink that PipeWire and PulseAudio make up when there is no device. */
const DUMMY_SINK = 'auto_null';

/**
 * The endpoints adapter: everything the sound server has becomes filters, one adapter per card. A card that comes or
 * goes is an adapter that is added or removed; a server that goes away takes all of them with it.
 */
export class Endpoints implements Disposable {
  readonly #portCls: PortCls;
  readonly #sound: SystemSound;
  readonly #hardware: HardwareWires | undefined;
  readonly #cards = new Map<string, CardEndpoints>();
  readonly #store = new DisposableStore();
  readonly #changeEmitter = new Emitter<void>();

  /** `hardware`: a device of a card that has a filter of its own is wired to that. */
  constructor(portCls: PortCls, sound: SystemSound, hardware?: HardwareWires) {
    this.#portCls = portCls;
    this.#sound = sound;
    this.#hardware = hardware;
    this.#store.add(sound.onState(() => this.#update()));
    if (hardware) this.#store.add(hardware.onChange(() => this.#update()));
    this.#update();
  }

  /** Devices or streams came, went or changed, after the engine's filters were brought up to date. */
  get onChange(): Event<void> {
    return this.#changeEmitter.event;
  }

  /** Id of the adapter of a device of the server, and its topology filter; undefined when it is not there. */
  find(direction: Direction, name: string): { deviceId: string; filter: string } | undefined {
    for (const card of this.#cards.values()) {
      const filter = card.filterOf(direction, name);
      if (filter !== undefined) return { deviceId: card.adapter.id, filter };
    }
    return undefined;
  }

  /** Levels of a program's stream, one per channel; undefined when there is no stream of that number. */
  programLevels(
    index: number,
  ): { levels: readonly KsLevel[]; range: LevelRange; muted: boolean } | undefined {
    const registers = this.#program(index)?.input.registers;
    if (!registers) return undefined;
    const levels = Array.from({ length: registers.channels }, (_, channel) => registers.level(channel));
    const { minimum: min, maximum: max, step } = LEVEL_RANGE;
    return { levels, range: { min, max, step }, muted: registers.muted };
  }

  /** Sets the volume node of a program's pin: one level for all channels, or one per channel. @throws KsError */
  setProgramLevels(index: number, levels: readonly number[]): void {
    const pin = this.#program(index)?.pin;
    levels.forEach((level, at) => {
      const channel = levels.length === 1 ? ALL_CHANNELS : at;
      pin?.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel }, ksLevel(level), MIXER_NODE.VOLUME);
    });
  }

  /** Sets the mute node of a program's pin. @throws KsError */
  setProgramMuted(index: number, muted: boolean): void {
    this.#program(index)?.pin.set(KSPROPERTY_AUDIO.MUTE, { channel: ALL_CHANNELS }, muted, MIXER_NODE.MUTE);
  }

  dispose(): void {
    this.#store.dispose();
    for (const card of this.#cards.values()) card.dispose();
    this.#cards.clear();
    this.#changeEmitter.dispose();
  }

  #program(index: number): ProgramPin | undefined {
    for (const card of this.#cards.values()) {
      const program = card.programs.get(index);
      if (program) return program;
    }
    return undefined;
  }

  #wireOf(direction: Direction, device: EndpointDevice): HardwareWire | undefined {
    const card = this.#sound.state.cards.find(({ index }) => index === device.card);
    const number = alsaCard(device.properties) ?? (card && alsaCard(card.properties));
    return number === undefined ? undefined : this.#hardware?.wire(direction, number);
  }

  #update(): void {
    const { sinks, streams } = this.#sound.state;
    const wanted = groupByCard(this.#sound.state);
    for (const [id, card] of this.#cards) {
      if (wanted.has(id)) continue;
      card.dispose();
      this.#cards.delete(id);
    }
    for (const [id, devices] of wanted) {
      const card = this.#cards.get(id);
      if (card) card.update(devices);
      else {
        const wireOf = (direction: Direction, device: EndpointDevice) => this.#wireOf(direction, device);
        this.#cards.set(id, new CardEndpoints(this.#portCls, this.#sound, devices, wireOf));
      }
    }
    const names = new Map(sinks.map(({ index, name }) => [index, name]));
    for (const card of this.#cards.values()) card.updatePrograms(streams, (index) => names.get(index));
    this.#changeEmitter.fire();
  }
}

/** ALSA's number of the card, by what PulseAudio or PipeWire call it. */
function alsaCard(properties: ReadonlyMap<string, string>): number | undefined {
  const text =
    properties.get('alsa.card') ?? properties.get('api.alsa.card') ?? properties.get('api.alsa.pcm.card');
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Devices of a card share an adapter; a device without a card has its own. Monitors are no inputs of anything. */
function groupByCard({ sinks, sources, cards }: SystemSound['state']): Map<string, CardDevices> {
  const groups = new Map<string, CardDevices & { sinks: EndpointDevice[]; sources: EndpointDevice[] }>();
  const groupOf = (device: EndpointDevice) => {
    const card = cards.find(({ index }) => index === device.card);
    const id = `endpoint:${card?.name ?? device.name}`;
    let group = groups.get(id);
    if (!group) {
      const name = card ? (card.properties.get('device.description') ?? card.name) : device.description;
      groups.set(id, (group = { id, name, sinks: [], sources: [] }));
    }
    return group;
  };
  for (const sink of sinks) if (sink.name !== DUMMY_SINK) groupOf(sink).sinks.push(sink);
  for (const source of sources) if (source.monitorOf === undefined) groupOf(source).sources.push(source);
  return groups;
}
