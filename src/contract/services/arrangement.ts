import * as v from 'valibot';
import { event, method } from '../service.ts';

/**
 * Where a person put what the topology viewer draws of one device. Kept per adapter, over restarts and while the
 * device is away.
 */

const key = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_000));
const coordinate = v.pipe(v.number(), v.finite());

export const arrangementSchema = v.strictObject({
  /** Pixels at 100 %, by drawn element: the viewer chooses the keys and keeps them stable over restarts. */
  positions: v.record(key, v.strictObject({ x: coordinate, y: coordinate })),
  /** Paths of filters that are drawn without their inside. */
  collapsed: v.array(key),
});
export type Arrangement = v.InferOutput<typeof arrangementSchema>;

export interface ArrangementChange {
  adapter: string;
  arrangement: Arrangement;
}

export const arrangementService = {
  name: 'arrangement',
  methods: {
    /** By adapter id. Adapters never arranged are left out. */
    getAll: method<Record<string, Arrangement>>()(v.strictTuple([])),
    /** Replaces what is kept of one adapter; an arrangement without entries forgets it. */
    set: method<void>()(v.strictTuple([key, arrangementSchema])),
  },
  events: {
    onChange: event<ArrangementChange>(),
  },
} as const;
