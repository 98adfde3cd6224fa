import * as v from 'valibot';
import type { Event } from '../../contract/emitter.ts';
import { PinwheelError } from '../../contract/errors.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type { Notice } from '../../contract/services/app.ts';
import {
  settingsSchema,
  type settingsService,
  type Settings,
  type SettingsDocument,
  type SettingsPatch,
} from '../../contract/services/settings.ts';
import type { AppPaths } from './appPaths.ts';
import { JsonStore } from './store.ts';

const FORMAT = 'pinwheel-settings';
const VERSION = 1;

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
      format: FORMAT,
      title: 'settings',
      version: VERSION,
      schema: settingsSchema,
      watched: true,
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

  reset(): Settings {
    this.#store.replace(v.parse(settingsSchema, {}));
    return this.#store.value;
  }

  exportDocument(): SettingsDocument {
    return { format: FORMAT, version: VERSION, data: this.get() };
  }

  /** @throws PinwheelError `bad-input` for what is no such document, with the setting that does not fit */
  importDocument(document: unknown): Settings {
    const advice = 'Choose a file that was exported from Pinwheel’s settings.';
    const envelope = v.safeParse(
      v.looseObject({
        format: v.literal(FORMAT),
        version: v.pipe(v.number(), v.integer()),
        data: v.unknown(),
      }),
      document,
    );
    if (!envelope.success) {
      throw new PinwheelError({ code: 'bad-input', message: 'This file holds no settings.', advice });
    }
    if (envelope.output.version > VERSION) {
      const message = 'These settings were written by a newer Pinwheel.';
      throw new PinwheelError({ code: 'bad-input', message, advice: 'Update Pinwheel first.' });
    }
    const data = v.safeParse(settingsSchema, envelope.output.data);
    if (!data.success) {
      const subject = v.getDotPath(data.issues[0]) ?? '';
      const message = `The setting “${subject}” does not fit: ${data.issues[0].message}`;
      throw new PinwheelError({ code: 'bad-input', message, subject, advice });
    }
    this.#store.replace(data.output);
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
    reset: () => store.reset(),
    exportDocument: () => store.exportDocument(),
    importDocument: (document) => store.importDocument(document),
    onChange: (listener) => store.onChange(listener),
  };
}
