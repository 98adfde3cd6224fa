import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { PortCls } from '../../engine/portcls/portcls.ts';
import { CardEndpoints, type CardDevices, type ProgramPin } from './cardEndpoints.ts';
import type { EndpointDevice, ProgramStream, SystemSound } from './systemSound.ts';

/** The sink that PipeWire and PulseAudio make up when there is no device. */
const DUMMY_SINK = 'auto_null';

/** A program's stream and where it is in the engine. */
export interface Program extends ProgramPin {
  readonly stream: ProgramStream;
  /** Id of the adapter whose device it plays on. */
  readonly adapter: string;
}

/**
 * The endpoints adapter: everything the sound server has becomes filters, one adapter per card. A card that comes or
 * goes is an adapter that is added or removed; a server that goes away takes all of them with it.
 */
export class Endpoints implements Disposable {
  readonly #portCls: PortCls;
  readonly #sound: SystemSound;
  readonly #cards = new Map<string, CardEndpoints>();
  readonly #store = new DisposableStore();
  readonly #changeEmitter = new Emitter<void>();

  constructor(portCls: PortCls, sound: SystemSound) {
    this.#portCls = portCls;
    this.#sound = sound;
    this.#store.add(sound.onState(() => this.#update()));
    this.#update();
  }

  /** Devices or streams came, went or changed, after the engine's filters were brought up to date. */
  get onChange(): Event<void> {
    return this.#changeEmitter.event;
  }

  /** Streams of programs that play now, in the server's order. */
  get programs(): readonly Program[] {
    return this.#sound.state.streams.flatMap((stream) => {
      for (const card of this.#cards.values()) {
        const found = card.programs.get(stream.index);
        if (found) return [{ ...found, stream, adapter: card.adapter.id }];
      }
      return [];
    });
  }

  dispose(): void {
    this.#store.dispose();
    for (const card of this.#cards.values()) card.dispose();
    this.#cards.clear();
    this.#changeEmitter.dispose();
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
      else this.#cards.set(id, new CardEndpoints(this.#portCls, this.#sound, devices));
    }
    const names = new Map(sinks.map(({ index, name }) => [index, name]));
    for (const card of this.#cards.values()) card.updatePrograms(streams, (index) => names.get(index));
    this.#changeEmitter.fire();
  }
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
