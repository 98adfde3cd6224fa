import type { AlsaElement } from '../../../contract/alsaHardware.ts';
import type { FilterDescriptor, NodeDescriptor } from '../../engine/ks/descriptor.ts';
import { jackPin, wirePin } from '../../engine/ks/pinDescriptors.ts';
import { KSEVENT_PINCAPS_JACKINFOCHANGE, type PortEvents } from '../../engine/ks/event.ts';
import { KSCATEGORY, KSNODETYPE, type Guid } from '../../engine/ks/guid.ts';
import { devSpecificItem, type DevSpecificValue } from '../../engine/ks/nodes/devSpecific.ts';
import { widenessItem } from '../../engine/ks/nodes/fixedPoint.ts';
import { volumeLevelItem, type LevelOptions } from '../../engine/ks/nodes/level.ts';
import { muxSourceItem } from '../../engine/ks/nodes/mux.ts';
import { agcItem, loudnessItem, muteItem, type SwitchOptions } from '../../engine/ks/nodes/switch.ts';
import { bassItem, trebleItem } from '../../engine/ks/nodes/tone.ts';
import { KSPROPERTY_JACK } from '../../engine/ks/properties/jack.ts';
import { AutomationTable, propertyItem, type PropertyItem } from '../../engine/ks/property.ts';
import type { MiniportInit } from '../../engine/portcls/ports/port.ts';
import type { MiniportTopology, PortTopology } from '../../engine/portcls/ports/topology.ts';
import type { CardLayout, LayoutNode } from './cardLayout.ts';
import type { CardRegisters } from './cardRegisters.ts';
import { ElementLevels } from './elementLevels.ts';
import { jackDescription, jackDescription2, jacksOf, type CardJacks } from './jacks.ts';
import { valueBytes, valueLength, valuesOfBytes } from './valueBytes.ts';

const NODE_TYPES: Readonly<Record<LayoutNode['kind'], Guid>> = {
  volume: KSNODETYPE.VOLUME,
  mute: KSNODETYPE.MUTE,
  onOff: KSNODETYPE.AGC,
  loudness: KSNODETYPE.LOUDNESS,
  bass: KSNODETYPE.TONE,
  treble: KSNODETYPE.TONE,
  wideness: KSNODETYPE.STEREO_WIDE,
  mux: KSNODETYPE.MUX,
  sum: KSNODETYPE.SUM,
  dac: KSNODETYPE.DAC,
  adc: KSNODETYPE.ADC,
  values: KSNODETYPE.DEV_SPECIFIC,
};

/** KSPROPERTY_AUDIO_WIDENESS at the upper end of a control that has no unit of its own. */
const FULL_WIDENESS = 0x10000;

/** Topology filter of an ALSA card: each node is an element of its mixer. */
export class CardTopologyMiniport implements MiniportTopology {
  readonly #layout: CardLayout;
  readonly #registers: CardRegisters;
  readonly #jacks: CardJacks;
  readonly #nodes = new Map<number, number>();
  #events: PortEvents | undefined;

  constructor(layout: CardLayout, registers: CardRegisters) {
    this.#layout = layout;
    this.#registers = registers;
    this.#jacks = jacksOf(layout);
    layout.nodes.forEach((node, id) => {
      const elements = node.kind === 'values' ? node.elements : 'element' in node ? [node.element] : [];
      for (const { numid } of elements) this.#nodes.set(numid, id);
    });
  }

  init({ port }: MiniportInit<PortTopology>): void {
    this.#events = port.events;
  }

  /** Node that stands for an element; undefined for an element the card does not have. */
  nodeOf(numid: number): number | undefined {
    return this.#nodes.get(numid);
  }

  /** Tells that an element has another value. */
  changed(numid: number): void {
    const node = this.#nodes.get(numid);
    if (node !== undefined) this.#events?.generate(node);
    const { set, id } = KSEVENT_PINCAPS_JACKINFOCHANGE;
    for (const [pin, detector] of this.#jacks) {
      if (detector === numid) this.#events?.generateEventList({ set, id, pin });
    }
  }

  getDescription(): FilterDescriptor {
    const { pins, nodes, connections } = this.#layout;
    return {
      pins: pins.map(({ communication, ...pin }) => (communication === 'BRIDGE' ? jackPin : wirePin)(pin)),
      nodes: nodes.map((node) => this.#describe(node)),
      connections,
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.TOPOLOGY],
      automation: new AutomationTable([
        propertyItem({
          property: KSPROPERTY_JACK.DESCRIPTION,
          get: ({ pinId }) => {
            const pin = pins[pinId];
            if (pin?.communication !== 'BRIDGE') return [];
            return [jackDescription(pin, this.#isPlugged(pinId) ?? true)];
          },
        }),
        propertyItem({
          property: KSPROPERTY_JACK.DESCRIPTION2,
          get: ({ pinId }) =>
            pins[pinId]?.communication === 'BRIDGE'
              ? [jackDescription2(this.#isPlugged(pinId) !== undefined)]
              : [],
        }),
      ]),
    };
  }

  /** Undefined where the card does not notice. */
  #isPlugged(pinId: number): boolean | undefined {
    const numid = this.#jacks.get(pinId);
    return numid === undefined ? undefined : this.#registers.values(numid)[0] === 1;
  }

  #describe(node: LayoutNode): NodeDescriptor {
    const item = this.#item(node);
    const text = textOf(node);
    return {
      type: NODE_TYPES[node.kind],
      name: node.name,
      ...(text === undefined ? {} : { nameText: text }),
      ...(item ? { automation: new AutomationTable([item]) } : {}),
    };
  }

  #item(node: LayoutNode): PropertyItem | undefined {
    switch (node.kind) {
      case 'volume':
        return volumeLevelItem(this.#levelOptions(node.element));
      case 'bass':
        return bassItem(this.#levelOptions(node.element));
      case 'treble':
        return trebleItem(this.#levelOptions(node.element));
      case 'mute':
        return muteItem(this.#switchOptions(node.element, 0));
      case 'onOff':
        return agcItem(this.#switchOptions(node.element, 1));
      case 'loudness':
        return loudnessItem(this.#switchOptions(node.element, 1));
      case 'wideness':
        return this.#wideness(node.element);
      case 'mux':
        return this.#mux(node.element);
      case 'values':
        return devSpecificItem(
          new Map(node.elements.map((element) => [element.numid, this.#value(element)])),
        );
      default:
        return undefined;
    }
  }

  #levelOptions(element: AlsaElement): LevelOptions {
    const { numid, count } = element;
    const levels = new ElementLevels(element);
    return {
      channels: count,
      range: levels.range,
      read: (channel) => levels.level(this.#registers.values(numid)[channel] ?? element.minimum),
      write: (channel, level) => this.#registers.setOne(numid, channel, levels.value(level)),
      changed: () => this.changed(numid),
    };
  }

  /** `on`: the element's value for TRUE. */
  #switchOptions({ numid, count }: AlsaElement, on: 0 | 1): SwitchOptions {
    return {
      channels: count,
      masterOnly: count === 1,
      read: (channel) => this.#registers.values(numid)[channel] === on,
      write: (channel, value) => this.#registers.setOne(numid, channel, value ? on : 1 - on),
      changed: () => this.changed(numid),
    };
  }

  #wideness({ numid, count, minimum, maximum }: AlsaElement): PropertyItem {
    const step = FULL_WIDENESS / Math.max(1, maximum - minimum);
    return widenessItem({
      maximum: FULL_WIDENESS,
      step: Math.floor(step),
      read: () => Math.round(((this.#registers.values(numid)[0] ?? minimum) - minimum) * step),
      write: (value) => this.#setAll(numid, count, minimum + Math.round(value / step)),
      changed: () => this.changed(numid),
    });
  }

  /** The first channel's choice stands for all. */
  #mux({ numid, count, items }: AlsaElement): PropertyItem {
    return muxSourceItem({
      inputs: items.length,
      read: () => (this.#registers.values(numid)[0] ?? 0) + 1,
      write: (pin) => this.#setAll(numid, count, pin - 1),
      changed: () => this.changed(numid),
    });
  }

  #value(element: AlsaElement): DevSpecificValue {
    const { numid } = element;
    return {
      length: valueLength(element),
      ...(element.readable && { read: () => valueBytes(element, this.#registers.values(numid)) }),
      ...(element.writable && {
        write: (bytes: Uint8Array) => {
          this.#registers.set(numid, valuesOfBytes(element, bytes));
          this.changed(numid);
        },
      }),
    };
  }

  #setAll(numid: number, count: number, value: number): void {
    this.#registers.set(
      numid,
      Array.from({ length: count }, () => value),
    );
  }
}

/** What a node is called where its name is none of the standard ones. */
function textOf(node: LayoutNode): string | undefined {
  if (node.kind === 'values') return 'Driver values';
  if (!('element' in node)) return node.nameText;
  if (node.name !== null) return undefined;
  const { name, index } = node.element;
  return index === 0 ? name : `${name} ${index + 1}`;
}
