import type { Notice } from '../../contract/services/app.ts';
import { PinwheelError } from '../../contract/errors.ts';
import { text } from '../text.ts';
import type { AppStore } from './app.svelte.ts';
import type { Link } from './link.svelte.ts';

/** What the banner offers besides the commands of the contract. */
export type BannerCommand = 'choose-output' | 'retry-output' | 'reconnect';

export interface Banner {
  id: string;
  severity: Notice['severity'];
  message: string;
  action: { label: string; command: BannerCommand } | undefined;
  dismissible: boolean;
}

const RANK: Record<Notice['severity'], number> = { info: 0, warning: 1, error: 2 };

/** Chooses the one thing the banner says: the lost connection, a refused request, or Pinwheel's own notices. */
export class NoticesStore {
  #local = $state.raw<Banner | undefined>(undefined);
  #link: Link;
  #app: AppStore;

  readonly banner: Banner | undefined = $derived.by(() => {
    if (this.#link.phase === 'lost') {
      return {
        id: 'connection',
        severity: 'error',
        message: text.banner.connectionLost,
        action: { label: text.banner.reconnect, command: 'reconnect' },
        dismissible: false,
      };
    }
    let worst: Notice | undefined;
    // The newest stands last and wins among equals.
    for (const notice of this.#app.notices) {
      if (!worst || RANK[notice.severity] >= RANK[worst.severity]) worst = notice;
    }
    if (this.#local && (!worst || RANK[worst.severity] < RANK[this.#local.severity])) return this.#local;
    return worst && { ...worst, action: worst.action };
  });

  constructor(link: Link, app: AppStore) {
    this.#link = link;
    this.#app = app;
  }

  /** Says that a request was refused, and why. A lost connection has a banner of its own. */
  report = (error: unknown): void => {
    const record = PinwheelError.recordOf(error);
    if (record.code === 'disconnected' || record.code === 'cancelled') return;
    this.#local = {
      id: 'request',
      severity: 'warning',
      message: record.advice ? `${record.message} ${record.advice}` : record.message,
      action: undefined,
      dismissible: true,
    };
  };

  dismiss(banner: Banner): void {
    if (banner === this.#local) this.#local = undefined;
    else this.#app.dismissNotice(banner.id).catch(this.report);
  }
}
