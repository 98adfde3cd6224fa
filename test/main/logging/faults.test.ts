import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../src/contract/emitter.ts';
import { heard } from '../../../src/main/logging/hostLines.ts';
import { limitedLog } from '../../../src/main/logging/limitedLog.ts';
import { Logging, parseLogLevels } from '../../../src/main/logging/logging.ts';
import { logProcessFaults } from '../../../src/main/logging/processFaults.ts';

function recorded(levels = 'debug') {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line.slice(25)), dispose: () => Promise.resolve() };
  return { lines, log: new Logging(sink, parseLogLevels(levels)).part('part') };
}

describe('a log of what goes wrong again and again', () => {
  it('is one line a minute for each message, which says how often it was', () => {
    const { lines, log } = recorded();
    let now = 0;
    const limited = limitedLog(log, () => now);
    for (; now < 59_900; now += 100) limited.warn('refused');
    limited.warn('another');
    limited.error('refused');
    expect(lines).toEqual(['warn  part: refused', 'warn  part: another', 'error part: refused']);
    now = 60_000;
    limited.warn('refused');
    expect(lines.at(-1)).toBe('warn  part: refused (and 598 times before)');
    now = 200_000;
    limited.warn('refused');
    expect(lines.at(-1)).toBe('warn  part: refused');
  });

  it('remembers no more than it needs to', () => {
    const { lines, log } = recorded();
    const limited = limitedLog(log, () => 0);
    for (let message = 0; message < 101; message++) limited.warn(`${message}`);
    limited.warn('100');
    expect(lines).toHaveLength(101);
    limited.warn('0');
    expect(lines).toHaveLength(102);
  });
});

describe('what nobody caught', () => {
  it('is a line with its stack and its cause', () => {
    const { lines, log } = recorded();
    const source = new EventEmitter();
    const handle = logProcessFaults(log, source);
    source.emit('uncaughtException', new TypeError('no such thing', { cause: 'a reason' }));
    source.emit('unhandledRejection', 'refused');
    source.emit('warning', Object.assign(new Error('11 listeners'), { name: 'MaxListenersExceededWarning' }));
    expect(lines[0]).toMatch(/^error part: nobody caught: TypeError: no such thing \| at .*faults\.test\.ts/);
    expect(lines[0]).toMatch(/ \| caused by a reason$/);
    expect(lines[1]).toBe('error part: nobody handled: refused');
    expect(lines[2]).toMatch(/^warn {2}part: .*11 listeners/);
    handle.dispose();
    expect(source.eventNames()).toEqual([]);
  });
});

describe('what a host writes', () => {
  it('is a warning when it is wrong with the host, and a developer’s matter otherwise', () => {
    const { lines, log } = recorded();
    const stderr = new Emitter<string>();
    heard(() => ({ onLine: stderr.event }), log)();
    stderr.fire('ALSA lib pcm.c:2721:(snd_pcm_open_noupdate) Unknown PCM default');
    stderr.fire('(node:12) MaxListenersExceededWarning: Possible EventEmitter memory leak detected.');
    stderr.fire('TypeError: x is not a function');
    stderr.fire('    at render (file:///pinwheel/out/main/host.js:1:2)');
    expect(lines.map((line) => line.slice(0, 5))).toEqual(['debug', 'warn ', 'warn ', 'warn ']);
    // A host without a process has nothing to write on.
    expect(heard(() => ({}), log)()).toEqual({});
  });

  it('is followed by how it ended, unless that was in order; no more memory is trouble', () => {
    const { lines, log } = recorded();
    const stderr = new Emitter<string>();
    const exits = new Emitter<{ code: number | null; signal: string | null }>();
    heard(() => ({ onLine: stderr.event, onExit: exits.event }), log)();
    stderr.fire('FATAL ERROR: Zone Allocation failed - process out of memory');
    exits.fire({ code: null, signal: 'SIGABRT' });
    exits.fire({ code: 0, signal: null });
    expect(lines).toEqual([
      'warn  part: FATAL ERROR: Zone Allocation failed - process out of memory',
      'info  part: ended (SIGABRT)',
    ]);
  });
});
