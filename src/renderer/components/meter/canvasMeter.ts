/**
 * The bars of one meter on a canvas over their tracks. A position on the law becomes a pixel of the screen; nothing is
 * drawn twice, and the canvas is made when there is something to draw for the first time: every canvas has memory and
 * a layer of its own, and most meters of a large mixer are silent.
 */
import type { FaderLaw } from '../fader/faderLaw.ts';
import { spokenDecibels } from '../fader/levelText.ts';
import { FLOOR_DECIBELS, type MeterBallistics } from './ballistics.ts';
import type { MeterColours } from './meterColours.ts';
import type { MeterView } from './meterLoop.ts';

const HIGH_DECIBELS = -12;
const OVER_DECIBELS = -3;
const MARK_PX = 2;
/** How often the level is told to assistive technology, which must not be flooded. */
const TOLD_EVERY_MS = 500;

export type Orientation = 'vertical' | 'horizontal';

/** Between the bars of two channels, CSS pixels. */
export const gapOf = (channels: number, orientation: Orientation): number =>
  channels < 2 ? 0 : orientation === 'vertical' ? 2 : 1;

export class CanvasMeter implements MeterView {
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #law: FaderLaw;
  readonly #orientation: Orientation;
  readonly #gap: number;
  #context: CanvasRenderingContext2D | undefined;
  #width = 0;
  #height = 0;
  #ratio = 1;
  #length = 0;
  #thickness = 0;
  #high = 0;
  #over = 0;
  /** Last drawn pixel of bar and held peak for every channel. */
  readonly #drawn: Int32Array;
  #told = 0;
  #toldLevel = NaN;

  /** `element` has the role of a meter, `canvas` fills it. */
  constructor(
    element: HTMLElement,
    canvas: HTMLCanvasElement,
    law: FaderLaw,
    orientation: Orientation,
    channels: number,
  ) {
    this.element = element;
    this.#canvas = canvas;
    this.#law = law;
    this.#orientation = orientation;
    this.#gap = gapOf(channels, orientation);
    this.#drawn = new Int32Array(channels * 2);
    // What was drawn for another meter goes.
    canvas.width = canvas.height = 0;
  }

  resize(width: number, height: number): void {
    const ratio = window.devicePixelRatio;
    this.#ratio = ratio;
    this.#width = Math.round(width * ratio);
    this.#height = Math.round(height * ratio);
    const vertical = this.#orientation === 'vertical';
    const channels = this.#drawn.length / 2;
    const across = vertical ? this.#width : this.#height;
    const gaps = Math.round(this.#gap * ratio) * (channels - 1);
    this.#length = vertical ? this.#height : this.#width;
    this.#thickness = Math.max(1, Math.floor((across - gaps) / channels));
    this.#high = Math.round(this.#law.positionOf(HIGH_DECIBELS) * this.#length);
    this.#over = Math.round(this.#law.positionOf(OVER_DECIBELS) * this.#length);
    if (this.#context) this.#clear();
  }

  repaint(): void {
    if (this.#context) this.#clear();
  }

  draw(ballistics: MeterBallistics, colours: MeterColours, holds: boolean): void {
    const mark = Math.round(MARK_PX * this.#ratio);
    for (let channel = 0; channel < ballistics.channels; channel++) {
      const bar = Math.round(this.#law.positionOf(ballistics.level[channel]!) * this.#length);
      const held = holds ? ballistics.hold[channel]! : FLOOR_DECIBELS;
      const peak = held <= FLOOR_DECIBELS ? 0 : Math.round(this.#law.positionOf(held) * this.#length);
      if (this.#drawn[channel * 2] === bar && this.#drawn[channel * 2 + 1] === peak) continue;
      if (!this.#context && !this.#begin()) return;
      this.#drawn[channel * 2] = bar;
      this.#drawn[channel * 2 + 1] = peak;
      this.#bar(channel, undefined, 0, this.#length);
      this.#bar(channel, colours.signal, 0, Math.min(bar, this.#high));
      this.#bar(channel, colours.high, this.#high, Math.min(bar, this.#over));
      this.#bar(channel, colours.over, this.#over, bar);
      if (peak > mark) this.#bar(channel, colours.hold, peak - mark, peak);
    }
  }

  tell(ballistics: MeterBallistics, now: number): void {
    let loudest = FLOOR_DECIBELS;
    for (let channel = 0; channel < ballistics.channels; channel++) {
      loudest = Math.max(loudest, ballistics.level[channel]!);
    }
    const silent = loudest <= FLOOR_DECIBELS;
    if ((now - this.#told < TOLD_EVERY_MS && !silent) || loudest === this.#toldLevel) return;
    this.#told = now;
    this.#toldLevel = loudest;
    this.element.setAttribute('aria-valuenow', Math.min(0, loudest).toFixed(1));
    this.element.setAttribute('aria-valuetext', spokenDecibels(silent ? -Infinity : loudest));
  }

  #begin(): boolean {
    this.#context = this.#canvas.getContext('2d') ?? undefined;
    if (this.#context) this.#clear();
    return this.#context !== undefined;
  }

  #clear(): void {
    this.#canvas.width = this.#width;
    this.#canvas.height = this.#height;
    this.#drawn.fill(0);
  }

  /** From one pixel of a channel's bar to another, or its track without a colour. */
  #bar(channel: number, colour: string | undefined, from: number, to: number): void {
    if (to <= from || !this.#context) return;
    const across = channel * (this.#thickness + Math.round(this.#gap * this.#ratio));
    const vertical = this.#orientation === 'vertical';
    const x = vertical ? across : from;
    const y = vertical ? this.#length - to : across;
    const width = vertical ? this.#thickness : to - from;
    const height = vertical ? to - from : this.#thickness;
    if (colour === undefined) {
      this.#context.clearRect(x, y, width, height);
      return;
    }
    this.#context.fillStyle = colour;
    this.#context.fillRect(x, y, width, height);
  }
}
