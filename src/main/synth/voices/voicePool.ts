import type { Disposable } from '../../../contract/disposable.ts';
import type { Effects } from '../effects/effects.ts';
import type { Kernel } from '../kernel/kernel.ts';
import * as at from '../kernel/layout.ts';
import { Voice, type VoiceEnvironment } from './voice.ts';

/** Frames between two updates of envelopes, LFOs and controllers: 1.3 ms at 48 kHz. */
export const TICK_FRAMES = at.SPAN_FRAMES;

/**
 * All voices of a synthesizer: gives them out by priority and renders those in use, in ticks of 64 frames.
 * Specification 4.8.
 */
export class VoicePool implements Disposable {
  /** Voices that may play at once; those that fade after having been ended early do not count. */
  limit: number;
  /** Notes that did not sound, or not to their end, for want of voices. */
  lostNotes = 0;
  /** Frames until the next tick. */
  untilTick = 0;
  readonly #environment: VoiceEnvironment;
  readonly #kernel: Kernel;
  readonly #effects: Effects;
  /** All voices; those in use are the first ones. */
  readonly #active: Voice[] = [];
  #activeCount = 0;
  /** Of those, how many count for the limit. */
  #playing = 0;
  /** Some voices are still in their delay. */
  #hasDelayed = false;
  readonly #records: number;
  /** Address of the kernel's list, and of a voice that is always silent. */
  readonly #list: number;
  readonly #dummy: number;
  readonly #kindCounts = new Int32Array(at.KINDS);
  readonly #kindStarts = new Int32Array(at.KINDS);
  #listIsStale = true;

  /** `mostVoices`: the highest limit there will be. */
  constructor(environment: VoiceEnvironment, kernel: Kernel, effects: Effects, mostVoices: number) {
    const { memory } = environment;
    this.limit = mostVoices;
    this.#environment = environment;
    this.#kernel = kernel;
    this.#effects = effects;
    const capacity = capacityFor(mostVoices);
    this.#records = memory.allocate((capacity + 1) * at.VOICE_BYTES);
    this.#list = memory.allocate((capacity + 4 * at.KINDS) * 4);
    this.#dummy = this.#records + capacity * at.VOICE_BYTES;
    const dummy = this.#dummy / 4;
    memory.u32[dummy + at.PHASE / 4 + 1] = 4;
    memory.u32[dummy + at.WRAP_AT / 4] = 0xffffffff;
    for (let index = 0; index < capacity; index++)
      this.#active.push(new Voice(environment, this.#records + index * at.VOICE_BYTES));
  }

  /** Voices in use. */
  get count(): number {
    return this.#activeCount;
  }

  /** A voice in use, by its place from 0 to `count`; places hold until the next tick, `take` or `collect`. */
  at(place: number): Voice {
    return this.#active[place]!;
  }

  /** Envelopes, LFOs and controllers go on; to be called when `untilTick` is 0. */
  tick(): void {
    this.untilTick = TICK_FRAMES;
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.delay > 0 || !voice.active) continue;
      const { kind } = voice;
      voice.tick(TICK_FRAMES);
      if (voice.kind !== kind) this.#listIsStale = true;
    }
    this.collect();
  }

  /** How many of `frames` frames can be rendered at once: no further than the next tick or the end of a delay. */
  span(frames: number): number {
    if (this.#listIsStale) this.#buildList();
    const span = Math.min(frames, this.untilTick);
    return this.#hasDelayed ? this.#shortestDelay(span) : span;
  }

  /** Renders a span into the kernel's buses. */
  render(frames: number): void {
    const kernel = this.#kernel;
    kernel.clearMix(frames);
    for (let kind = 0; kind < at.KINDS; kind++) {
      const groups = this.#kindCounts[kind]! >> 2;
      if (groups > 0) kernel.renderVoices(kind, this.#list + this.#kindStarts[kind]! * 4, groups, frames);
    }
    kernel.sumMix(frames);
  }

  /** A span has passed, rendered or silent. */
  pass(frames: number): void {
    this.untilTick -= frames;
    if (this.#hasDelayed) this.#passDelays(frames);
  }

  /**
   * A voice for a note of `priority`; when the limit is reached the voice of the lowest priority gives way, of equal
   * ones the one that is missed least. Undefined when every voice is more important. Specification 4.8.
   */
  take(priority: number, order: number): Voice | undefined {
    if (this.#playing >= this.limit) {
      const victim = this.#victim(priority, order);
      if (victim === undefined) return undefined;
      this.lostNotes++;
      this.end(victim);
      if (!victim.active) this.collect();
    }
    if (this.#activeCount === this.#active.length) this.#endQuietest();
    this.#playing++;
    return this.#active[this.#activeCount++]!;
  }

  /** A voice that was taken starts to sound, or has ended at once. */
  started(voice: Voice): void {
    this.#listIsStale = true;
    if (!voice.active) this.collect();
  }

  /** The note of a voice is let go. */
  release(voice: Voice): void {
    voice.release(this.untilTick);
    this.#listIsStale = true;
  }

  /** Ends a voice early: it fades. */
  end(voice: Voice): void {
    if (!voice.dying) this.#playing--;
    voice.shutDown(this.untilTick);
    this.#listIsStale = true;
  }

  /** All voices fade, from `scale` times their present level on. */
  fadeOut(scale: number): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      voice.takeOver(scale);
      if (!voice.dying) this.end(voice);
    }
    this.#listIsStale = true;
  }

  /** Puts voices that have ended back among the free ones. */
  collect(): void {
    const active = this.#active;
    for (let index = 0; index < this.#activeCount;) {
      const voice = active[index]!;
      if (voice.active) {
        index++;
        continue;
      }
      this.#listIsStale = true;
      this.#activeCount--;
      active[index] = active[this.#activeCount]!;
      active[this.#activeCount] = voice;
    }
    this.#playing = 0;
    for (let index = 0; index < this.#activeCount; index++) if (!active[index]!.dying) this.#playing++;
  }

  /** Gives back its memory; voices end at once. */
  dispose(): void {
    for (let index = 0; index < this.#activeCount; index++) this.#active[index]!.end();
    this.#activeCount = 0;
    this.#environment.memory.free(this.#records);
    this.#environment.memory.free(this.#list);
  }

  /** Frames until the first of the delayed voices begins, at most `limit`. */
  #shortestDelay(limit: number): number {
    let shortest = limit;
    for (let index = 0; index < this.#activeCount; index++) {
      const { delay } = this.#active[index]!;
      if (delay > 0 && delay < shortest) shortest = delay;
    }
    return shortest;
  }

  /** Starts the voices whose delay ends after these frames. */
  #passDelays(frames: number): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.delay === 0 || !voice.active) continue;
      voice.delay -= frames;
      if (voice.delay > 0) continue;
      if (this.untilTick > 0) voice.tick(this.untilTick);
      this.#listIsStale = true;
    }
  }

  /** Sorts the sounding voices by kind, each kind filled up to whole groups. */
  #buildList(): void {
    this.#listIsStale = false;
    const counts = this.#kindCounts;
    const starts = this.#kindStarts;
    counts.fill(0);
    this.#hasDelayed = false;
    this.#effects.hearNothing();
    const active = this.#active;
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = active[index]!;
      if (voice.delay > 0) this.#hasDelayed = true;
      else if (voice.active) counts[voice.kind]!++;
    }
    let place = 0;
    for (let kind = 0; kind < at.KINDS; kind++) {
      starts[kind] = place;
      if (counts[kind]! > 0) this.#effects.hear(kind);
      place += (counts[kind]! + 3) & ~3;
      counts[kind] = 0;
    }
    const { u32 } = this.#environment.memory;
    const list = this.#list / 4;
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = active[index]!;
      if (voice.active && voice.delay === 0)
        u32[list + starts[voice.kind]! + counts[voice.kind]!++] = voice.record;
    }
    for (let kind = 0; kind < at.KINDS; kind++) {
      while ((counts[kind]! & 3) !== 0) u32[list + starts[kind]! + counts[kind]!++] = this.#dummy;
    }
  }

  #victim(priority: number, order: number): Voice | undefined {
    let victim: Voice | undefined;
    let least = Infinity;
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.dying || voice.order === order || voice.priority > priority) continue;
      if (victim !== undefined && voice.priority > victim.priority) continue;
      // A note that was let go is missed less than one that is held by pedal, and that less than one whose key is down.
      const missed = voice.loudness * (voice.keyDown ? 1 : voice.pedalHeld ? 0.3 : 0.1);
      if (victim !== undefined && voice.priority === victim.priority && missed >= least) continue;
      victim = voice;
      least = missed;
    }
    return victim;
  }

  #endQuietest(): void {
    let quietest: Voice | undefined;
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.dying && (quietest === undefined || voice.loudness < quietest.loudness)) quietest = voice;
    }
    quietest?.end();
    this.collect();
  }
}

/** Voices and the ones that are still fading when others take their place. */
const capacityFor = (voices: number): number => voices + Math.max(16, voices >> 2);
