import * as v from 'valibot';
import type { Notice } from '../../contract/services/app.ts';
import type { AppPaths } from './appPaths.ts';
import { JsonStore } from './store.ts';

const extent = v.pipe(v.number(), v.integer());

/** Where a window stood on one display, from the display's upper left corner, in its points. */
const windowPlaceSchema = v.object({
  x: extent,
  y: extent,
  width: v.pipe(extent, v.minValue(1)),
  height: v.pipe(extent, v.minValue(1)),
  maximized: v.optional(v.boolean(), false),
});
export type WindowPlace = v.InferOutput<typeof windowPlaceSchema>;

const windowPlacesSchema = v.object({
  /** By display. */
  places: v.optional(v.record(v.string(), windowPlaceSchema), {}),
  /** The display it stood on last. */
  last: v.optional(v.nullable(v.string()), null),
});
export type WindowPlaces = v.InferOutput<typeof windowPlacesSchema>;

/** Where the panel's window stood, in `windows.json`: apart from the rest, because it is read before all of that. */
export class WindowStore {
  readonly #store: JsonStore<WindowPlaces>;

  private constructor(store: JsonStore<WindowPlaces>) {
    this.#store = store;
  }

  static async open(paths: Pick<AppPaths, 'windowsFile'>): Promise<WindowStore> {
    return new WindowStore(
      await JsonStore.open<WindowPlaces>({
        path: paths.windowsFile,
        format: 'pinwheel-windows',
        title: 'window positions',
        version: 1,
        schema: windowPlacesSchema,
        defaults: () => v.parse(windowPlacesSchema, {}),
      }),
    );
  }

  get value(): WindowPlaces {
    return this.#store.value;
  }

  get notices(): readonly Notice[] {
    return this.#store.notices;
  }

  remember(display: string, place: WindowPlace): void {
    const { places } = this.#store.value;
    this.#store.replace({ places: { ...places, [display]: place }, last: display });
  }

  dispose(): Promise<void> {
    return this.#store.dispose();
  }
}
