import type { AlsaCard } from '../../../contract/alsaHardware.ts';
import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import { CLSID } from '../../engine/ks/guid.ts';
import type { AdapterDevice } from '../../engine/portcls/adapter.ts';
import type { PortCls } from '../../engine/portcls/portcls.ts';
import type { AlsaMixers } from './alsaMixers.ts';
import { audibleValues } from './audible.ts';
import { layoutOf, type CardLayout } from './cardLayout.ts';
import { CardRegisters } from './cardRegisters.ts';
import { CardTopologyMiniport } from './cardTopology.ts';

/** The only subdevice of a card. */
const TOPOLOGY_NAME = 'Topology';

/** A pin of a card's topology filter, as other adapters name it. */
export interface CardWire {
  /** Symbolic link of the filter. */
  readonly link: string;
  readonly pin: number;
}

interface Installed {
  readonly card: AlsaCard;
  readonly adapter: AdapterDevice;
  readonly layout: CardLayout;
  readonly registers: CardRegisters;
  readonly miniport: CardTopologyMiniport;
  readonly shape: string;
}

/**
 * Adapter driver of ALSA's cards: each is an adapter with one topology filter, made of the elements of its mixer. A
 * card that is plugged in is an arrival, one that is pulled out a surprise removal.
 */
export class AlsaCards implements Disposable {
  readonly #portCls: PortCls;
  readonly #mixers: AlsaMixers;
  /** By ALSA's number of the card. */
  readonly #installed = new Map<number, Installed>();
  readonly #store = new DisposableStore();
  readonly #changeEmitter = new Emitter<void>();

  constructor(portCls: PortCls, mixers: AlsaMixers) {
    this.#portCls = portCls;
    this.#mixers = mixers;
    for (const card of mixers.cards) this.#install(card);
    this.#store.add(mixers.onArrived((card) => this.#install(card)));
    this.#store.add(mixers.onChanged((card) => this.#change(card)));
    this.#store.add(mixers.onRemoved(({ index }) => this.#remove(index)));
    this.#store.add(
      mixers.onValues(({ card, numid, values }) =>
        this.#installed.get(card)?.registers.update(numid, values),
      ),
    );
  }

  /** Filters came or went. */
  get onChange(): Event<void> {
    return this.#changeEmitter.event;
  }

  /** The pin that the samples of programs go through, on a card of that number; undefined where there is none. */
  wire(direction: 'render' | 'capture', cardIndex: number): CardWire | undefined {
    const installed = this.#installed.get(cardIndex);
    const pin = installed?.layout.wave[direction];
    const subdevice = installed?.adapter.subdevice(TOPOLOGY_NAME);
    return pin === undefined || !subdevice ? undefined : { link: subdevice.path, pin };
  }

  /** ALSA's id of the card of that number; undefined where there is none. */
  id(cardIndex: number): string | undefined {
    return this.#installed.get(cardIndex)?.card.id;
  }

  /**
   * Opens the way of what programs play, on a card of that number: drivers leave a card muted, and at its lowest, until
   * somebody turns it up. What stands above that stays as it is.
   */
  makeAudible(cardIndex: number): void {
    const installed = this.#installed.get(cardIndex);
    if (!installed) return;
    const { card, registers, miniport } = installed;
    for (const { numid, values } of audibleValues(card.elements, registers)) {
      registers.set(numid, values);
      miniport.changed(numid);
    }
  }

  dispose(): void {
    this.#store.dispose();
    for (const { adapter } of this.#installed.values()) this.#portCls.removeAdapterDevice(adapter);
    this.#installed.clear();
    this.#changeEmitter.dispose();
  }

  #install(card: AlsaCard): void {
    const layout = layoutOf(card);
    // A card that only has MIDI ports.
    if (layout.pins.length + layout.nodes.length === 0) return;
    const adapter = this.#portCls.addAdapterDevice({
      id: `alsa:${card.id}`,
      name: card.name,
      maxObjects: 1,
      keepsLevels: true,
    });
    const registers = new CardRegisters(card, {
      write: (numid, values) => this.#mixers.write(card.index, numid, values),
      changed: (numid) => miniport.changed(numid),
    });
    const miniport = new CardTopologyMiniport(layout, registers);
    adapter.installSubdevice(TOPOLOGY_NAME, this.#portCls.newPort(CLSID.PortTopology), miniport);
    this.#installed.set(card.index, { card, adapter, layout, registers, miniport, shape: shapeOf(card) });
    this.#changeEmitter.fire();
  }

  /** Another set of elements is another filter; the same one with other values stays. */
  #change(card: AlsaCard): void {
    const installed = this.#installed.get(card.index);
    if (installed?.shape === shapeOf(card)) {
      for (const { numid, values } of card.elements) installed.registers.update(numid, values);
      return;
    }
    this.#remove(card.index);
    this.#install(card);
  }

  #remove(index: number): void {
    const installed = this.#installed.get(index);
    if (!installed) return;
    this.#installed.delete(index);
    this.#portCls.removeAdapterDevice(installed.adapter);
    this.#changeEmitter.fire();
  }
}

/** Everything of a card but the values of its elements. */
function shapeOf({ id, name, elements, pcms }: AlsaCard): string {
  return JSON.stringify([id, name, pcms, elements.map(({ values: _values, ...element }) => element)]);
}
