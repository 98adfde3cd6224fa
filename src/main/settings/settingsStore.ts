import * as v from 'valibot';
import type { Event } from '../../contract/emitter.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type { Notice } from '../../contract/services/app.ts';
import {
  settingsSchema,
  type settingsService,
  type Settings,
  type SettingsPatch,
} from '../../contract/services/settings.ts';
import type { AppPaths } from './appPaths.ts';
import { JsonStore } from './store.ts';

/** What the user chose, in `settings.json`. */
export class SettingsStore {
  readonly #store: JsonStore<Settings>;
  readonly onChange: Event<Settings>;
  readonly onNotice: Event<Notice>;

  private constructor(store: JsonStore<Settings>) {
    this.#store = store;
    this.onChange = store.onChange;
    this.onNotice = store.onNotice;
  }

  static async open(paths: Pick<AppPaths, 'settingsFile'>): Promise<SettingsStore> {
    const store = await JsonStore.open<Settings>({
      path: paths.settingsFile,
      format: 'pinwheel-settings',
      title: 'settings',
      version: 1,
      schema: settingsSchema,
      defaults: () => v.parse(settingsSchema, {}),
    });
    return new SettingsStore(store);
  }

  get notices(): readonly Notice[] {
    return this.#store.notices;
  }

  get(): Settings {
    return this.#store.value;
  }

  /** Answers all settings as they are then. Setting what already holds changes and saves nothing. */
  set(patch: SettingsPatch): Settings {
    const before = this.#store.value;
    // An explicit `undefined` in a patch leaves the setting as it is.
    const given = Object.entries(patch).filter(([, value]) => value !== undefined);
    const after: Settings = { ...before, ...(Object.fromEntries(given) as Partial<Settings>) };
    const names = Object.keys(after) as (keyof Settings)[];
    if (names.some((name) => after[name] !== before[name])) this.#store.replace(after);
    return this.#store.value;
  }

  flush(): Promise<void> {
    return this.#store.flush();
  }

  dispose(): Promise<void> {
    return this.#store.dispose();
  }
}

/** The settings service over its store. */
export function settingsServiceImplementation(
  store: SettingsStore,
): ServiceImplementation<typeof settingsService> {
  return {
    get: () => store.get(),
    set: (patch) => store.set(patch),
    onChange: (listener) => store.onChange(listener),
  };
}
