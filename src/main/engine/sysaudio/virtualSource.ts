import { ksLevel, type KsLevel } from '../../../contract/units.ts';
import type { Guid } from '../ks/guid.ts';
import { ALL_CHANNELS } from '../ks/property.ts';
import { KSPROPERTY_AUDIO } from '../ks/properties/audio.ts';
import type { AudioGraph } from './audioGraph.ts';
import { MIXER_NODE } from './systemMixer.ts';

/**
 * A virtual mixer source: a line such as “CD player” or “SW synth” whose volume applies to every stream attached to
 * it, in the system mixer. Specification 5.1: midiOut volume is applied to the pin fed by the software synthesizer, CD
 * volume to the pin fed by Redbook.
 */
export class VirtualSource {
  readonly index: number;
  readonly category: Guid;
  readonly name: Guid;
  readonly #attached = new Set<AudioGraph>();
  #level = ksLevel(0);

  constructor(index: number, category: Guid, name: Guid) {
    this.index = index;
    this.category = category;
    this.name = name;
  }

  get level(): KsLevel {
    return this.#level;
  }

  /** 1/65536 dB on every channel of every attached stream; clamped and stepped by the mixer's volume node. */
  setLevel(level: KsLevel): void {
    this.#level = level;
    for (const graph of this.#attached) this.#apply(graph);
  }

  get attached(): readonly AudioGraph[] {
    return [...this.#attached];
  }

  /** The stream has this source's volume from now on. */
  attach(graph: AudioGraph): void {
    this.#attached.add(graph);
    this.#apply(graph);
  }

  detach(graph: AudioGraph): void {
    this.#attached.delete(graph);
  }

  /** A stream that does not go through the system mixer has no volume there. */
  #apply(graph: AudioGraph): void {
    graph.mixerInput?.set(
      KSPROPERTY_AUDIO.VOLUMELEVEL,
      { channel: ALL_CHANNELS },
      this.#level,
      MIXER_NODE.VOLUME,
    );
  }
}
