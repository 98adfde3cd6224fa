import * as v from 'valibot';
import { event, method } from '../service.ts';

/** low: 128-frame chunks, normal: 512, saving: 2048. The same three words everywhere. */
export const latencySettingSchema = v.picklist(['low', 'normal', 'saving']);
export type LatencySetting = v.InferOutput<typeof latencySettingSchema>;

/** What the user chose. Machine state such as levels is kept apart, see main/settings. */
export const settingsSchema = v.object({
  theme: v.optional(v.picklist(['system', 'light', 'dark']), 'system'),
  latency: v.optional(latencySettingSchema, 'normal'),
  /** Id of an output device as the devices service lists it. */
  output: v.optional(v.pipe(v.string(), v.nonEmpty()), 'default'),
  /** Panel shown last. */
  panel: v.optional(v.picklist(['mixer', 'topology', 'power', 'player', 'trace', 'settings']), 'mixer'),
});
export type Settings = v.InferOutput<typeof settingsSchema>;

export const settingsPatchSchema = v.partial(
  v.strictObject({
    theme: v.picklist(['system', 'light', 'dark']),
    latency: latencySettingSchema,
    output: v.pipe(v.string(), v.nonEmpty()),
    panel: v.picklist(['mixer', 'topology', 'power', 'player', 'trace', 'settings']),
  }),
);
export type SettingsPatch = v.InferOutput<typeof settingsPatchSchema>;

export const settingsService = {
  name: 'settings',
  methods: {
    get: method<Settings>()(v.strictTuple([])),
    set: method<Settings>()(v.strictTuple([settingsPatchSchema])),
  },
  events: {
    onChange: event<Settings>(),
  },
} as const;
