/**
 * Draws every meter of the panel from one requestAnimationFrame loop. The loop runs while a bar or a held peak is
 * above the floor and sleeps when all is silent. Meters that are scrolled out of sight move on without being drawn:
 * each drawn one is a layer that the browser hands to its compositor in every frame.
 */
import type { Disposable } from '../../../contract/disposable.ts';
import { MeterBallistics } from './ballistics.ts';
import { readMeterColours, type MeterColours } from './meterColours.ts';

export interface MeterView {
  /** Where it lies. */
  readonly element: Element;
  /** Says the level to assistive technology, in sight or not. */
  tell(ballistics: MeterBallistics, now: number): void;
  /** Draws what has changed since it was drawn last, after `repaint` everything. */
  draw(ballistics: MeterBallistics, colours: MeterColours, holds: boolean): void;
  /** Its size in CSS pixels. */
  resize(width: number, height: number): void;
  /** Colours have changed. */
  repaint(): void;
}

interface Place {
  view: MeterView;
  ballistics: MeterBallistics;
  inSight: boolean;
}

interface Meter {
  ballistics: MeterBallistics;
  places: Place[];
}

/** With the held peak, without it, or nothing at all. */
export type MeterStyle = 'peakHold' | 'plain' | 'off';

/** Frames between two drawn ones for people who asked for less motion. */
const REDUCED_INTERVAL_MS = 250;

export class MeterLoop {
  #meters = new Map<number, Meter>();
  #list: Meter[] = [];
  #places = new Map<Element, Place>();
  #handle = 0;
  #lastDrawn = 0;
  #colours: MeterColours | undefined;
  readonly #reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)');
  readonly #sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const place = this.#places.get(target);
      place?.view.resize(contentRect.width, contentRect.height);
      if (place) this.#draw(place);
    }
  });
  readonly #sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const place = this.#places.get(target);
      if (!place) continue;
      place.inSight = isIntersecting;
      this.#draw(place);
    }
  });

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

  /** `meter` is the number the PEAKMETER control names. The view is sized and drawn before the next frame. */
  add(meter: number, channels: number, view: MeterView): Disposable {
    let entry = this.#meters.get(meter);
    if (!entry || entry.ballistics.channels !== channels) {
      const ballistics = new MeterBallistics(channels);
      entry = { ballistics, places: entry?.places ?? [] };
      for (const place of entry.places) place.ballistics = ballistics;
      this.#meters.set(meter, entry);
      this.#list = [...this.#meters.values()];
    }
    const place: Place = { view, ballistics: entry.ballistics, inSight: false };
    entry.places.push(place);
    this.#places.set(view.element, place);
    this.#sizes.observe(view.element);
    this.#sight.observe(view.element);
    return {
      dispose: () => {
        this.#sizes.unobserve(view.element);
        this.#sight.unobserve(view.element);
        if (this.#places.get(view.element) === place) this.#places.delete(view.element);
        const current = this.#meters.get(meter);
        if (!current) return;
        current.places = current.places.filter((other) => other !== place);
        if (current.places.length > 0) return;
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
    this.#colours = undefined;
    for (const place of this.#places.values()) {
      place.view.repaint();
      this.#draw(place);
    }
  }

  #draw({ view, ballistics, inSight }: Place): void {
    if (!inSight) return;
    this.#colours ??= readMeterColours();
    view.draw(ballistics, this.#colours, this.#style === 'peakHold');
  }

  #frame = (now: number): void => {
    if (this.reduced && now - this.#lastDrawn < REDUCED_INTERVAL_MS) {
      this.#handle = requestAnimationFrame(this.#frame);
      return;
    }
    this.#lastDrawn = now;
    let moving = false;
    for (let index = 0; index < this.#list.length; index++) {
      const { ballistics, places } = this.#list[index]!;
      if (ballistics.advance(now)) moving = true;
      for (let place = 0; place < places.length; place++) {
        this.#draw(places[place]!);
        places[place]!.view.tell(ballistics, now);
      }
    }
    this.#handle = moving ? requestAnimationFrame(this.#frame) : 0;
  };
}
