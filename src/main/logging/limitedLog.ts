import { LOG_LEVELS, type Log, type LogLevel } from './logging.ts';

/** So long a message is not repeated. */
const QUIET_MS = 60_000;
/** Messages that are remembered. */
const MOST_MESSAGES = 100;

/**
 * A log in which something that goes wrong again and again is one line a minute, which says how often it was: for what
 * may fail at the rate of a timer, a fader or a device.
 */
export function limitedLog(log: Log, nowMs: () => number = () => performance.now()): Log {
  const told = new Map<string, { at: number; silent: number }>();
  const write = (level: LogLevel) => (message: string) => {
    const before = told.get(`${level} ${message}`);
    const now = nowMs();
    if (before && now - before.at < QUIET_MS) {
      before.silent++;
      return;
    }
    // The oldest is forgotten; one that comes again is the newest.
    told.delete(`${level} ${message}`);
    if (told.size >= MOST_MESSAGES) told.delete(told.keys().next().value!);
    told.set(`${level} ${message}`, { at: now, silent: 0 });
    log[level](before && before.silent > 0 ? `${message} (and ${before.silent} times before)` : message);
  };
  return Object.fromEntries(LOG_LEVELS.map((level) => [level, write(level)])) as unknown as Log;
}
