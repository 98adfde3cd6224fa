import * as v from 'valibot';
import type { Event } from '../../contract/emitter.ts';
import type { Notice } from '../../contract/services/app.ts';
import { profileSchema, type Profile } from '../../contract/services/profiles.ts';
import type { AppPaths } from './appPaths.ts';
import { JsonStore } from './store.ts';

export const profilesSchema = v.object({
  profiles: v.optional(v.array(profileSchema), []),
  current: v.optional(v.nullable(v.string()), null),
});
export type KeptProfiles = v.InferOutput<typeof profilesSchema>;

/** The mixer's profiles, in `profiles.json`: apart from the settings, because they are many and large. */
export class ProfileStore {
  readonly #store: JsonStore<KeptProfiles>;
  readonly onChange: Event<KeptProfiles>;
  readonly onNotice: Event<Notice>;

  private constructor(store: JsonStore<KeptProfiles>) {
    this.#store = store;
    this.onChange = store.onChange;
    this.onNotice = store.onNotice;
  }

  static async open(paths: Pick<AppPaths, 'profilesFile'>): Promise<ProfileStore> {
    const store = await JsonStore.open<KeptProfiles>({
      path: paths.profilesFile,
      format: 'pinwheel-profiles',
      title: 'profiles',
      version: 1,
      schema: profilesSchema,
      watched: true,
      defaults: () => v.parse(profilesSchema, {}),
    });
    return new ProfileStore(store);
  }

  get notices(): readonly Notice[] {
    return this.#store.notices;
  }

  get value(): KeptProfiles {
    return this.#store.value;
  }

  replace(profiles: Profile[], current: string | null): void {
    this.#store.replace({ profiles, current });
  }

  flush(): Promise<void> {
    return this.#store.flush();
  }

  dispose(): Promise<void> {
    return this.#store.dispose();
  }
}
