import type { LatencySetting } from '../../contract/services/settings.ts';
import type { HostSession } from './hostSession.ts';

/** How long after a device arrived its streams are heard, as a rule: for so long the one before plays on. */
const HANDOVER_MS: Readonly<Record<LatencySetting, number>> = { low: 60, normal: 130, saving: 300 };

/**
 * Hosts that play on until their successor is heard, so that there is no silence: what is played goes on where it was as
 * soon as its clients have moved.
 */
export class RetiringHosts {
  readonly #timers = new Map<HostSession, NodeJS.Timeout>();

  add(session: HostSession, latency: LatencySetting): void {
    const timer = setTimeout(() => {
      this.#timers.delete(session);
      session.close();
    }, HANDOVER_MS[latency]);
    this.#timers.set(session, timer);
  }

  /** Ends those that `which` is true of now. */
  close(which: (session: HostSession) => boolean): void {
    for (const [session, timer] of this.#timers) {
      if (!which(session)) continue;
      clearTimeout(timer);
      this.#timers.delete(session);
      session.close();
    }
  }
}
