import * as v from 'valibot';
import { event, method } from '../service.ts';
import { controlStateSchema } from './mixer.ts';

/**
 * The mixer's whole state under a name: every control of every mixer device, the chosen output, the system's default
 * devices, ports and card profiles, and the levels of programs.
 */

const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_000));
export const LONGEST_PROFILE_NAME = 100;
export const profileNameSchema = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty(),
  v.maxLength(LONGEST_PROFILE_NAME),
);
const level = v.pipe(v.number(), v.integer(), v.minValue(-0x80000000), v.maxValue(0x7fffffff));

export const profileSchema = v.object({
  name: profileNameSchema,
  /** Milliseconds since 1970. */
  savedAt: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Id of the chosen output device, and of what is behind each capture jack. */
  output: id,
  inputs: v.object({ microphone: id, aux: id }),
  /** Ids of the system's default endpoints; null where there is none. */
  defaults: v.object({ output: v.nullable(id), input: v.nullable(id) }),
  /** Active profile by card. */
  cards: v.record(id, id),
  /** Active port by endpoint. */
  ports: v.record(id, id),
  /** By mixer device id. */
  devices: v.record(
    id,
    v.object({
      name: v.string(),
      /** Its levels are the system's: they cannot be set while it is away. */
      keepsLevels: v.boolean(),
      /** By control key: filter, type and name of the node. */
      controls: v.record(id, controlStateSchema),
    }),
  ),
  programs: v.pipe(
    v.array(
      v.object({
        program: v.string(),
        levels: v.array(level),
        muted: v.boolean(),
        endpointId: id,
      }),
    ),
    v.maxLength(1_000),
  ),
});
export type Profile = v.InferOutput<typeof profileSchema>;

/** A profile as a file. */
export const profileFileSchema = v.object({
  format: v.literal('pinwheel-profile'),
  version: v.literal(1),
  profile: profileSchema,
});
export type ProfileFile = v.InferOutput<typeof profileFileSchema>;

export interface ProfilesState {
  /** In the order of their names. */
  profiles: { name: string; savedAt: number }[];
  /** The one that was saved or applied last; what was set since may differ. */
  current: string | null;
}

export interface AppliedProfile {
  name: string;
  /** What could not be set, and why, one sentence each. */
  skipped: string[];
}

export const profilesService = {
  name: 'profiles',
  methods: {
    getState: method<ProfilesState>()(v.strictTuple([])),
    /** Saves what is now, over one of the same name. Names are the same in any case. */
    save: method<void>()(v.strictTuple([profileNameSchema])),
    /** Sets everything that is there to be set; what is not is told, and nothing else fails for it. */
    apply: method<AppliedProfile>()(v.strictTuple([profileNameSchema])),
    rename: method<void>()(v.strictTuple([profileNameSchema, profileNameSchema])),
    remove: method<void>()(v.strictTuple([profileNameSchema])),
    export: method<ProfileFile>()(v.strictTuple([profileNameSchema])),
    /** The content of a file. Answers the name, which is another one when it was taken. */
    import: method<string>()(v.strictTuple([v.unknown()])),
  },
  events: {
    onState: event<ProfilesState>(),
  },
} as const;
