import type { Event } from '../../contract/emitter.ts';
import { limitedLog } from './limitedLog.ts';
import type { Log } from './logging.ts';

/** Lines that a process of ours writes when something went wrong in it, and the frames of a stack behind them. */
const OURS = /\b(?:\w*Error|\w*Warning|Unhandled\w*|FATAL ERROR)\b|out of memory|^\s+at /;

interface HeardHost {
  readonly onLine?: Event<string>;
  readonly onExit?: Event<{ readonly code: number | null; readonly signal: string | null }>;
}

/**
 * The same hosts, with what they write on stderr in the log: what is wrong with a host as a warning, what system
 * libraries have to say for developers; and how each ended.
 */
export function heard<Host extends HeardHost>(factory: () => Host, log: Log): () => Host {
  const limited = limitedLog(log);
  return () => {
    const host = factory();
    host.onLine?.((line) => limited[OURS.test(line) ? 'warn' : 'debug'](line));
    // Whoever started it says whether that was wanted.
    host.onExit?.(({ code, signal }) => code !== 0 && log.info(`ended (${signal ?? `exit code ${code}`})`));
    return host;
  };
}
