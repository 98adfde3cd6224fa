import { Emitter, type Event } from '../../../contract/emitter.ts';
import { muxSourceItem } from '../../engine/ks/nodes/mux.ts';
import { filterPin, type FilterDescriptor, type NodeDescriptor } from '../../engine/ks/descriptor.ts';
import { jackPin, wirePin } from '../../engine/ks/pinDescriptors.ts';
import type { PortEvents } from '../../engine/ks/event.ts';
import { KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../engine/ks/guid.ts';
import { AutomationTable } from '../../engine/ks/property.ts';
import type { MiniportInit } from '../../engine/portcls/ports/port.ts';
import type { MiniportTopology, PortTopology } from '../../engine/portcls/ports/topology.ts';
import { CardPartMiniport } from './cardPart.ts';
import type { CardHardware } from './cardHardware.ts';
import { CAPTURE_MUX, CAPTURE_NODES, CAPTURE_SOURCES } from './cardLayout.ts';
import type { CardMeters } from './cardMeters.ts';
import { RenderRegisters } from './renderTopology.ts';
import { TopologyBuilder } from './topologyBuilder.ts';

/** Pin that leads to the capture wave filter. */
export const CAPTURE_PIN = CAPTURE_SOURCES.length;

/** What the capture path's registers hold; they outlive the filter, which comes and goes with the hardware. */
export class CaptureRegisters extends RenderRegisters {
  readonly #hardware: Pick<CardHardware, 'setRegister'>;
  readonly #sources = new Emitter<void>();
  /** The switch is at another input. */
  readonly onSource: Event<void> = this.#sources.event;
  #source = 0;

  constructor(hardware: Pick<CardHardware, 'setRegister'>) {
    super(hardware, [...CAPTURE_SOURCES.flatMap(({ nodes }) => nodes), ...CAPTURE_NODES]);
    this.#hardware = hardware;
    this.source = 0;
  }

  /** Index of the input that is recorded. */
  get source(): number {
    return this.#source;
  }

  set source(source: number) {
    this.#source = source;
    this.#hardware.setRegister(CAPTURE_MUX.register, [source]);
    this.#sources.fire();
  }
}

/**
 * The capture topology filter: every jack through its volume, mute and meter to the switch, and on through the recording
 * volume, mute and meter to the wave filter. It is apart from the render side and sleeps on its own. Specification 9.5.
 */
export class CaptureTopologyMiniport extends CardPartMiniport implements MiniportTopology {
  readonly #registers: CaptureRegisters;
  readonly #meters: CardMeters;
  #events: PortEvents | undefined;

  constructor(
    hardware: Pick<CardHardware, 'setPower' | 'exitLatency'>,
    registers: CaptureRegisters,
    meters: CardMeters,
  ) {
    super(hardware, 'capture');
    this.#registers = registers;
    this.#meters = meters;
  }

  init({ port }: MiniportInit<PortTopology>): void {
    this.#events = port.events;
  }

  getDescription(): FilterDescriptor {
    const builder = new TopologyBuilder(
      { registers: this.#registers, meters: this.#meters },
      () => this.#events,
    );
    const ends = CAPTURE_SOURCES.map(({ nodes }, pin) => builder.addChain(filterPin(pin), nodes));
    const mux = builder.join(ends, (changed) => this.#mux(changed));
    builder.connect(builder.addChain(mux, CAPTURE_NODES), filterPin(CAPTURE_PIN));

    return {
      pins: [
        ...CAPTURE_SOURCES.map(({ category, name, nameText, communication }) => {
          const describe = communication === 'BRIDGE' ? jackPin : wirePin;
          return describe({ dataFlow: 'IN', category, name, nameText });
        }),
        wirePin({
          dataFlow: 'OUT',
          category: KSNODETYPE.ANALOG_CONNECTOR,
          name: KSAUDFNAME.RECORDING_CONTROL,
          nameText: 'Recording',
        }),
      ],
      nodes: builder.nodes,
      connections: builder.connections,
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.TOPOLOGY],
    };
  }

  /** Logical pins count from 1. */
  #mux(changed: () => void): NodeDescriptor {
    const registers = this.#registers;
    const item = muxSourceItem({
      inputs: CAPTURE_SOURCES.length,
      read: () => registers.source + 1,
      write: (pin) => (registers.source = pin - 1),
      changed,
    });
    return { type: KSNODETYPE.MUX, name: CAPTURE_MUX.name, automation: new AutomationTable([item]) };
  }
}
