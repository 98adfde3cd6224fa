import type { AppState } from '../../contract/services/app.ts';
import type { Link } from './link.svelte.ts';

/** What the status pill and the banner tell. */
export class AppStore {
  state = $state.raw<AppState | undefined>(undefined);
  readonly output = $derived(this.state?.output);
  readonly notices = $derived(this.state?.notices ?? []);
  #link: Link;

  constructor(link: Link) {
    this.#link = link;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.app.onState((state) => (this.state = state)));
      this.state = await services.app.getState();
    });
  }

  dismissNotice(id: string): Promise<void> {
    return this.#link.services.app.dismissNotice(id);
  }

  retryOutput(): Promise<void> {
    return this.#link.services.app.retryOutput();
  }

  quit(): Promise<void> {
    return this.#link.services.app.quit();
  }
}
