import type { Settings, SettingsDocument, SettingsPatch } from '../../contract/services/settings.ts';
import type { Link } from './link.svelte.ts';

export type PanelName = Settings['panel'];

/** Kept by the browser so that the first paint already has the right theme and panel. */
const CACHE_KEY = 'pinwheel.settings';
const DEFAULTS: Settings = {
  theme: 'system',
  latency: 'normal',
  output: 'default',
  bank: 'auto',
  panel: 'mixer',
};

export class SettingsStore {
  current = $state.raw<Settings>(cached());
  /** False until the settings came from Pinwheel itself. */
  loaded = $state(false);
  #link: Link;
  /** The panel is this window's own: another window's choice does not turn the page here. */
  #onLoaded: (settings: Settings) => void;

  constructor(link: Link, onLoaded: (settings: Settings) => void) {
    this.#link = link;
    this.#onLoaded = onLoaded;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.settings.onChange((settings) => this.#accept(settings)));
      this.#accept(await services.settings.get());
    });
  }

  /** Shown at once; what Pinwheel answers, or its refusal, settles it. */
  async set(patch: SettingsPatch): Promise<void> {
    const before = this.current;
    this.current = { ...before, ...(patch as Partial<Settings>) };
    remember(this.current);
    try {
      this.#accept(await this.#link.services.settings.set(patch));
    } catch (error) {
      this.current = before;
      throw error;
    }
  }

  async reset(): Promise<void> {
    this.#accept(await this.#link.services.settings.reset());
  }

  exportDocument(): Promise<SettingsDocument> {
    return this.#link.services.settings.exportDocument();
  }

  async importDocument(document: unknown): Promise<void> {
    this.#accept(await this.#link.services.settings.importDocument(document));
  }

  #accept(settings: Settings): void {
    this.current = settings;
    remember(settings);
    if (this.loaded) return;
    this.loaded = true;
    this.#onLoaded(settings);
  }
}

function cached(): Settings {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(CACHE_KEY) ?? '{}') as Partial<Settings>) };
  } catch {
    // Without storage.
    return DEFAULTS;
  }
}

function remember(settings: Settings): void {
  try {
    localStorage.setItem(CACHE_KEY, JSON.stringify(settings));
  } catch {
    // Without storage the next start paints the defaults first.
  }
}
