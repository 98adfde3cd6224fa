import type { HotkeysState } from '../../contract/services/hotkeys.ts';
import type { Link } from './link.svelte.ts';

/** Keys that work whatever program is in front, and what became of each. */
export class HotkeysStore {
  state = $state.raw<HotkeysState>({ available: false, reason: '', hotkeys: [], mediaKeys: [] });

  constructor(link: Link) {
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.hotkeys.onState((state) => (this.state = state)));
      this.state = await services.hotkeys.getState();
    });
  }
}
