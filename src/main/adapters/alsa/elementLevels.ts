import type { AlsaElement } from '../../../contract/alsaHardware.ts';
import {
  decibelsToGain,
  decibelsToKsLevel,
  gainToDecibels,
  ksLevel,
  type KsLevel,
} from '../../../contract/units.ts';
import type { LevelRangeDescription } from '../../engine/ks/nodes/level.ts';

/** Where a driver tells no decibels: the whole travel of the control. */
const ASSUMED_LOWEST_DB = -48;
/** What stands for minus infinity, which is no end of a range. */
const SILENCE_DB = -96;

/** Values of an integer element as levels in 1/65536 dB, and back. A higher value is never a lower level. */
export class ElementLevels {
  readonly range: LevelRangeDescription;
  readonly #element: AlsaElement;
  readonly #last: number;

  constructor(element: AlsaElement) {
    this.#element = element;
    this.#last = Math.max(0, Math.floor((element.maximum - element.minimum) / this.#stride));
    const [minimum, maximum] = [this.#level(0), this.#level(this.#last)];
    const step = this.#hasEvenSteps ? Math.round((maximum - minimum) / Math.max(1, this.#last)) : 0;
    this.range = { minimum, maximum, step: ksLevel(step) };
  }

  level(value: number): KsLevel {
    return this.#level(this.#position(value));
  }

  /** The value whose level is nearest. */
  value(level: KsLevel): number {
    let [low, high] = [0, this.#last];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#level(middle) < level) low = middle + 1;
      else high = middle;
    }
    const isNearerBelow = low > 0 && level - this.#level(low - 1) <= this.#level(low) - level;
    return this.#element.minimum + (isNearerBelow ? low - 1 : low) * this.#stride;
  }

  get #stride(): number {
    return Math.max(1, this.#element.step);
  }

  get #hasEvenSteps(): boolean {
    const [first, ...others] = this.#element.scale;
    return first === undefined || (others.length === 0 && first.law === 'decibels' && isFinite(first.lowest));
  }

  #position(value: number): number {
    const { minimum } = this.#element;
    return Math.min(this.#last, Math.max(0, Math.round((value - minimum) / this.#stride)));
  }

  #level(position: number): KsLevel {
    const decibels = this.#decibels(position);
    if (decibels !== -Infinity) return decibelsToKsLevel(decibels);
    const next = position < this.#last ? this.#decibels(position + 1) : 0;
    return decibelsToKsLevel(Math.min(SILENCE_DB, next - 1));
  }

  #decibels(position: number): number {
    const { minimum, scale } = this.#element;
    const value = minimum + position * this.#stride;
    const part = scale.find(({ to }) => value <= to) ?? scale.at(-1);
    if (!part) return ASSUMED_LOWEST_DB - (ASSUMED_LOWEST_DB * position) / Math.max(1, this.#last);
    const share = part.to === part.from ? 1 : (value - part.from) / (part.to - part.from);
    const within = Math.min(1, Math.max(0, share));
    if (part.law === 'decibels' && isFinite(part.lowest)) {
      return part.lowest + within * (part.highest - part.lowest);
    }
    const [low, high] = [decibelsToGain(part.lowest), decibelsToGain(part.highest)];
    return gainToDecibels(low + within * (high - low));
  }
}
