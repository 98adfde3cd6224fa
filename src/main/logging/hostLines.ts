import type { Event } from '../../contract/emitter.ts';
import { limitedLog } from './limitedLog.ts';
import type { Log } from './logging.ts';

/** Lines that a process of ours writes when something went wrong in it, and the frames of a stack behind them. */
const OURS = /\b(?:\w*Error|\w*Warning|Unhandled\w*)\b|^\s+at /;

/**
 * The same hosts, with what they write on stderr in the log: what is wrong with a host as a warning, what system
 * libraries have to say for developers.
 */
export function heard<Host extends { readonly onLine?: Event<string> }>(
  factory: () => Host,
  log: Log,
): () => Host {
  const limited = limitedLog(log);
  return () => {
    const host = factory();
    host.onLine?.((line) => limited[OURS.test(line) ? 'warn' : 'debug'](line));
    return host;
  };
}
