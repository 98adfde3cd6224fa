import * as v from 'valibot';
import { fmBankSchema, fmChipSchema } from '../fmSynth.ts';
import { event, method } from '../service.ts';
import { hotkeysSchema } from './hotkeys.ts';
import { idleTimesSchema } from './power.ts';
import { playerSynthSchema } from './player.ts';

/** low: 128-frame chunks, normal: 512, saving: 2048. The same three words everywhere. */
export const latencySettingSchema = v.picklist(['low', 'normal', 'saving']);
export type LatencySetting = v.InferOutput<typeof latencySettingSchema>;

/** A sink's id, or `none`. */
export const spdifOutputSchema = v.pipe(v.string(), v.regex(/^(none|sink:.+)$/u));

/** Outputs in order of preference: ids of devices, or `default`. */
export const preferredOutputsSchema = v.pipe(
  v.array(v.pipe(v.string(), v.regex(/^(default|sink:.+|alsa:.+)$/u))),
  v.maxLength(100),
  v.check((ids) => new Set(ids).size === ids.length, 'An output can be in the list once.'),
);

/** Where the card mixes its sources: after each was converted, or before the one converter of their sum. */
export const cardMixingSchema = v.picklist(['analog', 'digital']);
export type CardMixing = v.InferOutput<typeof cardMixingSchema>;

/** Frames per second that an output is opened with; `auto`: the device's own. */
export const outputRateSchema = v.picklist(['auto', 44_100, 48_000, 96_000, 192_000]);
export type OutputRate = v.InferOutput<typeof outputRateSchema>;

/** How close rows and strips stand. */
export const densitySchema = v.picklist(['comfortable', 'compact']);
/** `system`: what the desktop says. */
export const motionSchema = v.picklist(['system', 'reduced', 'full']);
/** Peak meters with the held peak, without it, or not drawn. */
export const meterStyleSchema = v.picklist(['peakHold', 'plain', 'off']);

/** `auto`: the bank that the system calls its own; `built-in`; or the absolute path of a DLS file or SoundFont. */
export const bankSettingSchema = v.pipe(v.string(), v.nonEmpty());

/** Idle times of all subdevices, and what was chosen for single ones, by path. */
const powerSettingsSchema = v.object({
  idle: v.exactOptional(idleTimesSchema),
  /** The wavetable synthesizer's bank stays in memory while it sleeps, and so does the device host. */
  keepBank: v.exactOptional(v.boolean()),
  subdevices: v.exactOptional(
    v.record(
      v.string(),
      v.object({ idle: v.exactOptional(idleTimesSchema), held: v.exactOptional(v.boolean()) }),
    ),
  ),
});
export type PowerChoices = v.InferOutput<typeof powerSettingsSchema>;

/** What the user chose. Machine state such as levels is kept apart, see main/settings. */
export const settingsSchema = v.object({
  theme: v.optional(v.picklist(['system', 'light', 'dark']), 'system'),
  /** `comfortable`, `system` and `peakHold` when not chosen. */
  density: v.exactOptional(densitySchema),
  motion: v.exactOptional(motionSchema),
  meters: v.exactOptional(meterStyleSchema),
  latency: v.optional(latencySettingSchema, 'normal'),
  /** Id of an output device as the devices service lists it. */
  output: v.optional(v.pipe(v.string(), v.nonEmpty()), 'default'),
  /** What the output `preferred` means; none when not chosen. */
  preferredOutputs: v.exactOptional(preferredOutputsSchema),
  /** Id of the sink that coded sound is sent through, or `none`, as when it was not chosen. */
  spdifOutput: v.exactOptional(spdifOutputSchema),
  /** “auto” when not chosen. */
  outputRate: v.exactOptional(outputRateSchema),
  /** The card’s layout; “analog” when not chosen. */
  mixing: v.exactOptional(cardMixingSchema),
  /** What is behind the card's capture jacks, as the devices service has it; `default` when it was not chosen. */
  microphone: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  aux: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  bank: v.optional(bankSettingSchema, 'auto'),
  /** Keeps the wavetable synthesizer below full scale, for streams that are opened from then on. */
  limiter: v.exactOptional(v.boolean()),
  /** Panel shown last. */
  panel: v.optional(v.picklist(['mixer', 'topology', 'power', 'player', 'trace', 'settings']), 'mixer'),
  /** What the player plays on; “dls” when it was not chosen. */
  synth: v.exactOptional(playerSynthSchema),
  /** Chip and bank of the FM synthesizer, for streams that are opened from then on; `STANDARD_FM` when not chosen. */
  fmChip: v.exactOptional(fmChipSchema),
  fmBank: v.exactOptional(fmBankSchema),
  power: v.exactOptional(powerSettingsSchema),
  /** Keys that work whatever program is in front; none when not chosen. */
  hotkeys: v.exactOptional(hotkeysSchema),
  /** Whether the keys for players control ours while its queue is not empty; they do when it was not chosen. */
  mediaKeys: v.exactOptional(v.boolean()),
  /** Programs come again at the level that they were set to; true when not chosen. */
  rememberPrograms: v.exactOptional(v.boolean()),
  /** The desktop shell's: whether there is an icon in the tray; there is when it was not chosen. */
  tray: v.exactOptional(v.boolean()),
  /** Closing the window leaves Pinwheel in the tray; the program ends when it was not chosen. */
  closeToTray: v.exactOptional(v.boolean()),
  /** Pinwheel starts, in the tray, when the user logs in; it does not when it was not chosen. */
  startAtLogin: v.exactOptional(v.boolean()),
  /** What is written to the log: `debug`, or by part as in `hardware=debug,*=warn`; `info` when it was not chosen. */
  logLevels: v.exactOptional(v.pipe(v.string(), v.maxLength(1_000))),
  /** The first steps were read. */
  hintsRead: v.exactOptional(v.boolean()),
});
export type Settings = v.InferOutput<typeof settingsSchema>;

export const settingsPatchSchema = v.partial(
  v.strictObject({
    theme: v.picklist(['system', 'light', 'dark']),
    density: densitySchema,
    motion: motionSchema,
    meters: meterStyleSchema,
    latency: latencySettingSchema,
    output: v.pipe(v.string(), v.nonEmpty()),
    preferredOutputs: preferredOutputsSchema,
    spdifOutput: spdifOutputSchema,
    microphone: v.pipe(v.string(), v.nonEmpty()),
    aux: v.pipe(v.string(), v.nonEmpty()),
    outputRate: outputRateSchema,
    mixing: cardMixingSchema,
    bank: bankSettingSchema,
    limiter: v.boolean(),
    panel: v.picklist(['mixer', 'topology', 'power', 'player', 'trace', 'settings']),
    synth: playerSynthSchema,
    fmChip: fmChipSchema,
    fmBank: fmBankSchema,
    power: powerSettingsSchema,
    hotkeys: hotkeysSchema,
    mediaKeys: v.boolean(),
    rememberPrograms: v.boolean(),
    tray: v.boolean(),
    closeToTray: v.boolean(),
    startAtLogin: v.boolean(),
    logLevels: v.pipe(v.string(), v.maxLength(1_000)),
    hintsRead: v.boolean(),
  }),
);
export type SettingsPatch = v.InferOutput<typeof settingsPatchSchema>;

/** As the settings file is written. */
export interface SettingsDocument {
  format: 'pinwheel-settings';
  version: number;
  data: Settings;
}

export const settingsService = {
  name: 'settings',
  methods: {
    get: method<Settings>()(v.strictTuple([])),
    set: method<Settings>()(v.strictTuple([settingsPatchSchema])),
    /** All settings as on the first day. */
    reset: method<Settings>()(v.strictTuple([])),
    /** The settings as a document for another machine. */
    exportDocument: method<SettingsDocument>()(v.strictTuple([])),
    /**
     * Takes over what `exportDocument` gave. Refused with `bad-input`, which names the setting that does not fit, and
     * nothing changes.
     */
    importDocument: method<Settings>()(v.strictTuple([v.unknown()])),
  },
  events: {
    onChange: event<Settings>(),
  },
} as const;
