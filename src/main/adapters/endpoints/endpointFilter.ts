import type { Disposable } from '../../../contract/disposable.ts';
import { decibelsToKsLevel, gainToDecibels } from '../../../contract/units.ts';
import {
  connection,
  filterPin,
  nodePin,
  NODE_PIN,
  type FilterDescriptor,
  type NodeDescriptor,
  type PinDescriptor,
} from '../../engine/ks/descriptor.ts';
import { jackPin, wirePin } from '../../engine/ks/pinDescriptors.ts';
import { KSEVENT_PINCAPS_JACKINFOCHANGE, type PortEvents } from '../../engine/ks/event.ts';
import { KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../engine/ks/guid.ts';
import { volumeLevelItem } from '../../engine/ks/nodes/level.ts';
import { cpuResourcesItem } from '../../engine/ks/nodes/cpuResources.ts';
import { peakMeterItem } from '../../engine/ks/nodes/peakMeter.ts';
import { muteItem } from '../../engine/ks/nodes/switch.ts';
import { KSPROPERTY_JACK } from '../../engine/ks/properties/jack.ts';
import { AutomationTable, propertyItem } from '../../engine/ks/property.ts';
import type { MiniportInit } from '../../engine/portcls/ports/port.ts';
import type { MiniportTopology, PortTopology } from '../../engine/portcls/ports/topology.ts';
import { jackCategory, jackDescriptions, jackDescriptions2, jackName, wireCategory } from './jacks.ts';
import { LEVEL_RANGE, LevelRegisters } from './levelRegisters.ts';
import { PeakRegisters } from './peakRegisters.ts';
import type { Direction, EndpointDevice, SystemSound } from './systemSound.ts';

/** Pin ids of the filter: the signal goes from the first to the second. */
export const ENDPOINT_PIN = { IN: 0, OUT: 1 } as const;

/**
 * Topology filter of a sink or a source: its volume, mute and peak meter, and the jack in use. On the render side a sum stands
 * before them: everything that plays on the device is mixed there.
 */
export class EndpointMiniport implements MiniportTopology, Disposable {
  readonly direction: Direction;
  readonly #sound: SystemSound;
  readonly #isWired: boolean;
  readonly #registers: LevelRegisters;
  readonly #peaks: PeakRegisters;
  readonly #volumeNode: number;
  readonly #muteNode: number;
  readonly #meterNode: number;
  #device: EndpointDevice;
  #events: PortEvents | undefined;

  /** `isWired`: the card's own filter follows, and has the jack. */
  constructor(direction: Direction, device: EndpointDevice, sound: SystemSound, isWired: boolean) {
    this.direction = direction;
    this.#device = device;
    this.#sound = sound;
    this.#isWired = isWired;
    this.#volumeNode = direction === 'render' ? 1 : 0;
    this.#muteNode = this.#volumeNode + 1;
    this.#meterNode = this.#muteNode + 1;
    this.#peaks = new PeakRegisters(device.channelMap.length, (onPeaks) =>
      sound.watchPeaks(direction, device.name, onPeaks),
    );
    const { name } = device;
    this.#registers = new LevelRegisters(
      device,
      {
        setGains: (gains) => sound.setDeviceGains(direction, name, gains),
        setMute: (mute) => sound.setDeviceMute(direction, name, mute),
      },
      () => this.#refused(),
    );
  }

  init({ port }: MiniportInit<PortTopology>): void {
    this.#events = port.events;
  }

  getDescription(): FilterDescriptor {
    const render = this.direction === 'render';
    const [volume, mute, meter] = [this.#volumeNode, this.#muteNode, this.#meterNode];
    const chain = [
      ...(render
        ? [
            connection(filterPin(ENDPOINT_PIN.IN), nodePin(0, NODE_PIN.FIRST_INPUT)),
            connection(nodePin(0, NODE_PIN.OUT), nodePin(volume, NODE_PIN.IN)),
          ]
        : [connection(filterPin(ENDPOINT_PIN.IN), nodePin(volume, NODE_PIN.IN))]),
      connection(nodePin(volume, NODE_PIN.OUT), nodePin(mute, NODE_PIN.IN)),
      connection(nodePin(mute, NODE_PIN.OUT), nodePin(meter, NODE_PIN.IN)),
      connection(nodePin(meter, NODE_PIN.OUT), filterPin(ENDPOINT_PIN.OUT)),
    ];
    return {
      pins: render
        ? [wirePin({ dataFlow: 'IN', category: KSCATEGORY.AUDIO, nameText: 'Programs' }), this.#jack('OUT')]
        : [this.#jack('IN'), wirePin({ dataFlow: 'OUT', category: KSCATEGORY.AUDIO, nameText: 'Recording' })],
      nodes: [
        ...(render ? [{ type: KSNODETYPE.SUM, name: null }] : []),
        this.#volume(),
        this.#mute(),
        this.#meter(),
      ],
      connections: chain,
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.TOPOLOGY],
      automation: new AutomationTable([
        propertyItem({
          property: KSPROPERTY_JACK.DESCRIPTION,
          get: ({ pinId }) => (pinId === this.#jackPin ? jackDescriptions(this.#device) : []),
        }),
        propertyItem({
          property: KSPROPERTY_JACK.DESCRIPTION2,
          get: ({ pinId }) => (pinId === this.#jackPin ? jackDescriptions2(this.#device) : []),
        }),
      ]),
    };
  }

  /** Takes over what the server says of the device now and tells of what is new. */
  update(device: EndpointDevice): void {
    const before = JSON.stringify(this.#device.ports);
    this.#device = device;
    if (JSON.stringify(device.ports) !== before) {
      const { set, id } = KSEVENT_PINCAPS_JACKINFOCHANGE;
      this.#events?.generateEventList({ set, id, pin: this.#jackPin });
    }
    const changed = this.#registers.update(device);
    if (changed.level) this.#events?.generate(this.#volumeNode);
    if (changed.mute) this.#events?.generate(this.#muteNode);
  }

  dispose(): void {
    this.#peaks.dispose();
  }

  get #jackPin(): number {
    return this.direction === 'render' ? ENDPOINT_PIN.OUT : ENDPOINT_PIN.IN;
  }

  #jack(dataFlow: PinDescriptor['dataFlow']): PinDescriptor {
    const nameText = jackName(this.#device);
    return this.#isWired
      ? wirePin({ dataFlow, category: wireCategory(this.direction, this.#device), nameText })
      : jackPin({ dataFlow, category: jackCategory(this.direction, this.#device), nameText });
  }

  #volume(): NodeDescriptor {
    const { channels } = this.#registers;
    return {
      type: KSNODETYPE.VOLUME,
      name: this.direction === 'render' ? KSAUDFNAME.MASTER_VOLUME : KSAUDFNAME.WAVE_IN_VOLUME,
      automation: new AutomationTable([
        volumeLevelItem({
          channels,
          range: LEVEL_RANGE,
          read: (channel) => this.#registers.level(channel),
          write: (channel, level) => this.#registers.setLevel(channel, level),
          defaultValue: () => decibelsToKsLevel(gainToDecibels(this.#device.baseVolume || 1)),
          changed: () => this.#events?.generate(this.#volumeNode),
        }),
      ]),
    };
  }

  #mute(): NodeDescriptor {
    return {
      type: KSNODETYPE.MUTE,
      name: this.direction === 'render' ? KSAUDFNAME.MASTER_MUTE : KSAUDFNAME.MIC_MUTE,
      automation: new AutomationTable([
        muteItem({
          channels: 1,
          masterOnly: true,
          read: () => this.#registers.muted,
          write: (_channel, muted) => (this.#registers.muted = muted),
          changed: () => this.#events?.generate(this.#muteNode),
        }),
      ]),
    };
  }

  #meter(): NodeDescriptor {
    return {
      type: KSNODETYPE.PEAKMETER,
      name: KSAUDFNAME.PEAKMETER,
      automation: new AutomationTable([
        peakMeterItem({
          channels: this.#device.channelMap.length,
          take: (channel) => this.#peaks.take(channel),
        }),
        cpuResourcesItem('NOT_HOST_CPU'),
      ]),
    };
  }

  /** What was written did not happen: what the server says of the device is true. */
  #refused(): void {
    const { sinks, sources } = this.#sound.state;
    const device = (this.direction === 'render' ? sinks : sources).find(
      ({ name }) => name === this.#device.name,
    );
    if (device) this.update(device);
  }
}
