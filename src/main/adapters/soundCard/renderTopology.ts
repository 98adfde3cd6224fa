import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { KsLevel } from '../../../contract/units.ts';
import { KS_LEVEL_SILENCE, ksLevel, ksLevelToGain } from '../../../contract/units.ts';
import { filterPin, type FilterDescriptor } from '../../engine/ks/descriptor.ts';
import { jackPin, wirePin } from '../../engine/ks/pinDescriptors.ts';
import type { PortEvents } from '../../engine/ks/event.ts';
import { KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../engine/ks/guid.ts';
import type { MiniportInit } from '../../engine/portcls/ports/port.ts';
import type { MiniportTopology, PortTopology } from '../../engine/portcls/ports/topology.ts';
import { CardPartMiniport } from './cardPart.ts';
import type { CardHardware } from './cardHardware.ts';
import { CHANNELS, RENDER_NODES, RENDER_SOURCES, type CardLayout, type RenderNode } from './cardLayout.ts';
import type { CardMeters } from './cardMeters.ts';
import { TopologyBuilder } from './topologyBuilder.ts';

/** What the render path's registers hold; it outlives the filter, which comes and goes with the hardware. */
export class RenderRegisters {
  readonly #hardware: Pick<CardHardware, 'setRegister'>;
  readonly #levels = new Map<number, KsLevel[]>();
  readonly #mutes = new Map<number, boolean[]>();
  readonly #muted = new Emitter<number>();
  /** The register of a mute that was set. */
  readonly onMuted: Event<number> = this.#muted.event;

  constructor(hardware: Pick<CardHardware, 'setRegister'>, nodes: readonly RenderNode[] = RENDER_NODES) {
    this.#hardware = hardware;
    for (const node of nodes) {
      if (node.kind === 'volume') {
        this.#levels.set(
          node.register,
          Array.from({ length: CHANNELS }, () => ksLevel(0)),
        );
        this.#writeLevels(node.register, node.range.minimum);
      } else if (node.kind === 'mute') {
        this.#mutes.set(
          node.register,
          Array.from({ length: CHANNELS }, () => node.initially ?? false),
        );
        this.#writeMutes(node.register);
      }
    }
  }

  level(register: number, channel: number): KsLevel {
    return this.#levels.get(register)?.[channel] ?? KS_LEVEL_SILENCE;
  }

  /** The lowest level of a range is silence: a fader that is all the way down lets nothing through. */
  setLevel(register: number, channel: number, level: KsLevel, minimum: KsLevel): void {
    const levels = this.#levels.get(register);
    if (!levels) return;
    levels[channel] = level;
    this.#writeLevels(register, minimum);
  }

  muted(register: number, channel: number): boolean {
    return this.#mutes.get(register)?.[channel] ?? false;
  }

  setMuted(register: number, channel: number, muted: boolean): void {
    const mutes = this.#mutes.get(register);
    if (!mutes) return;
    mutes[channel] = muted;
    this.#writeMutes(register);
    this.#muted.fire(register);
  }

  #writeLevels(register: number, minimum: KsLevel): void {
    const levels = this.#levels.get(register) ?? [];
    this.#hardware.setRegister(
      register,
      levels.map((level) => (level <= minimum ? 0 : ksLevelToGain(level))),
    );
  }

  #writeMutes(register: number): void {
    const mutes = this.#mutes.get(register) ?? [];
    this.#hardware.setRegister(
      register,
      mutes.map((muted) => (muted ? 0 : 1)),
    );
  }
}

/**
 * The render topology filter: every source through its volume, mute and meter into the sum, the sum through the
 * master's to the speaker jack, whose power is the output device's. The IN pins come first, in the order of the layout; the jack is the last pin.
 */
export class RenderTopologyMiniport extends CardPartMiniport implements MiniportTopology {
  readonly #registers: RenderRegisters;
  readonly #meters: CardMeters;
  readonly #layout: CardLayout;
  #events: PortEvents | undefined;

  constructor(
    hardware: Pick<CardHardware, 'setPower' | 'exitLatency'>,
    layout: CardLayout,
    registers: RenderRegisters,
    meters: CardMeters,
  ) {
    super(hardware, 'output');
    this.#layout = layout;
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
    const ends = RENDER_SOURCES.map(({ nodes }, pin) => builder.addChain(filterPin(pin), nodes));
    const sum = builder.join(ends, () => ({ type: KSNODETYPE.SUM, name: null }));
    builder.connect(builder.addChain(sum, this.#layout.master), filterPin(SPEAKER_PIN));

    return {
      pins: [
        ...RENDER_SOURCES.map(({ category, name, nameText }) =>
          wirePin({ dataFlow: 'IN', dataRanges: [this.#layout.wire], category, name, nameText }),
        ),
        jackPin({
          dataFlow: 'OUT',
          category: KSNODETYPE.SPEAKER,
          name: KSAUDFNAME.VOLUME_CONTROL,
          nameText: 'Speakers',
        }),
      ],
      nodes: builder.nodes,
      connections: builder.connections,
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.TOPOLOGY],
    };
  }
}

/** Pin ids of the filter. */
export const SOURCE_PIN = (input: string): number =>
  RENDER_SOURCES.findIndex((source) => source.input === input);
export const SPEAKER_PIN = RENDER_SOURCES.length;
