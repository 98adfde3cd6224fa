/**
 * Draws every meter of the panel from one requestAnimationFrame loop. The loop runs while a bar or a held peak is
 * above the floor and sleeps when all is silent.
 */
import type { Disposable } from '../../../contract/disposable.ts';
import { MeterBallistics } from './ballistics.ts';

export interface MeterView {
  draw(ballistics: MeterBallistics): void;
  /** Colours or size changed: the next draw must paint everything. */
  invalidate(): void;
}

/** One view's place in the loop. */
export interface MeterRegistration extends Disposable {
  /** Size or colours of this view changed: paints it anew. */
  repaint(): void;
}

interface Meter {
  ballistics: MeterBallistics;
  views: MeterView[];
}

/** With the held peak, without it, or nothing at all. */
export type MeterStyle = 'peakHold' | 'plain' | 'off';

/** Frames between two drawn ones for people who asked for less motion. */
const REDUCED_INTERVAL_MS = 250;

export class MeterLoop {
  #meters = new Map<number, Meter>();
  #list: Meter[] = [];
  #handle = 0;
  #lastDrawn = 0;
  readonly #reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)');

  /** As the user wants it; `system`: what the desktop says. */
  motion: 'system' | 'reduced' | 'full' = 'system';
  #style: MeterStyle = 'peakHold';

  get reduced(): boolean {
    return this.motion === 'system' ? this.#reducedMotion.matches : this.motion === 'reduced';
  }

  get style(): MeterStyle {
    return this.#style;
  }

  set style(style: MeterStyle) {
    if (style === this.#style) return;
    this.#style = style;
    this.repaintAll();
  }

  /** `meter` is the number the PEAKMETER control names. */
  add(meter: number, channels: number, view: MeterView): MeterRegistration {
    let entry = this.#meters.get(meter);
    if (!entry || entry.ballistics.channels !== channels) {
      entry = { ballistics: new MeterBallistics(channels), views: entry?.views ?? [] };
      this.#meters.set(meter, entry);
      this.#list = [...this.#meters.values()];
    }
    entry.views.push(view);
    view.draw(entry.ballistics);
    return {
      repaint: () => {
        const current = this.#meters.get(meter);
        if (!current) return;
        view.invalidate();
        view.draw(current.ballistics);
      },
      dispose: () => {
        const current = this.#meters.get(meter);
        if (!current) return;
        current.views = current.views.filter((other) => other !== view);
        if (current.views.length > 0) return;
        this.#meters.delete(meter);
        this.#list = [...this.#meters.values()];
      },
    };
  }

  feed(meter: number, peaks: readonly number[]): void {
    const entry = this.#meters.get(meter);
    if (!entry || this.#style === 'off') return;
    for (let channel = 0; channel < peaks.length; channel++) {
      const peak = peaks[channel]!;
      if (peak <= 0) continue;
      entry.ballistics.feed(channel, peak);
      if (this.#handle === 0) this.#handle = requestAnimationFrame(this.#frame);
    }
  }

  /** The theme changed: every meter is painted anew. */
  repaintAll(): void {
    for (const { ballistics, views } of this.#list) {
      for (const view of views) {
        view.invalidate();
        view.draw(ballistics);
      }
    }
  }

  #frame = (now: number): void => {
    if (this.reduced && now - this.#lastDrawn < REDUCED_INTERVAL_MS) {
      this.#handle = requestAnimationFrame(this.#frame);
      return;
    }
    this.#lastDrawn = now;
    let moving = false;
    for (let index = 0; index < this.#list.length; index++) {
      const { ballistics, views } = this.#list[index]!;
      if (ballistics.advance(now)) moving = true;
      for (let view = 0; view < views.length; view++) views[view]!.draw(ballistics);
    }
    this.#handle = moving ? requestAnimationFrame(this.#frame) : 0;
  };
}
