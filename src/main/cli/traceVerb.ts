import { PinwheelError } from '../../contract/errors.ts';
import { isAbout, type TraceEntry } from '../../contract/services/trace.ts';
import { parseArguments, usageError } from './arguments.ts';
import { openRunning } from './session.ts';
import type { Verb } from './verb.ts';

export const traceVerb: Verb = {
  name: 'trace',
  usage: 'trace [--follow OBJECT] [--meters] [--json]',
  summary:
    'show every request that crosses the engine of the running Pinwheel, or those to one object, until it is interrupted',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, { follow: 'string', meters: 'boolean', json: 'boolean' });
    if (words.length > 0) throw usageError('“trace” takes options only.');
    const { follow } = options;
    const session = await openRunning(engine);
    try {
      const { trace } = session.connection.services;
      const ended = Promise.withResolvers<void>();
      stop.addEventListener('abort', () => ended.resolve(), { once: true });
      session.connection.onClose(() =>
        ended.reject(new PinwheelError({ code: 'disconnected', message: 'The running Pinwheel has ended.' })),
      );
      let next: number | undefined;
      trace.onEntries((entries) => {
        for (const entry of entries) {
          if (next !== undefined && entry.id > next) out.note(`${entry.id - next} entries were dropped`);
          next = entry.id + 1;
          if (follow !== undefined && !isAbout(entry.target, follow)) continue;
          out.line(options.json ? JSON.stringify(entry) : entryText(entry));
        }
      });
      if (options.meters) await trace.setMeters(true);
      // Answered behind the subscription: what comes from now on is shown.
      await trace.getState();
      out.note(`tracing${follow === undefined ? '' : ` ${follow}`}; Ctrl+C ends it`);
      if (!stop.aborted) await ended.promise;
    } finally {
      await session.dispose();
    }
  },
};

function entryText({ time, kind, target, name, action, status, detail, durationMs }: TraceEntry): string {
  const columns = [
    clock(time),
    `${durationMs.toFixed(3)} ms`.padStart(12),
    kind.padEnd(12),
    target.endsWith(`/${name}`) || target === name ? target : `${target} (${name})`,
    action,
    status,
  ];
  return `${columns.join('  ')}${detail === '' ? '' : `  ${detail}`}`;
}

/** Local time with milliseconds. */
function clock(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}
