import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Just above every thread without a real-time claim; sound servers are higher. */
const REAL_TIME_PRIORITY = 10;

/** Sound first, for the calling process. Where the system does not allow it, it goes without. */
export function raisePriority(): void {
  try {
    // Threads inherit it from the one that starts them.
    setPriority(constants.priority.PRIORITY_HIGH);
    // Where Linux shares the processor out by session, this is what counts between sessions.
    if (process.platform === 'linux')
      writeFileSync('/proc/self/autogroup', String(constants.priority.PRIORITY_HIGH));
  } catch {
    // Not allowed, or no such thing on this system.
  }
}

/** What the audio library and the sound server's client library call the threads that hand on sound. */
const SOUND_THREADS = /^(cpal_|threaded-ml)/;

/**
 * `claimRealTime` for the threads of this process that hand on what is rendered already: they work little, and between
 * them and silence is only the sound server's buffer.
 */
export function favourSoundThreads(): void {
  if (process.platform !== 'linux') return;
  for (const thread of readdirSync('/proc/self/task')) {
    if (SOUND_THREADS.test(threadName(thread))) claimRealTime(Number(thread));
  }
}

/** Empty when it has ended meanwhile. */
function threadName(thread: string): string {
  try {
    return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Has one thread of this process scheduled before all others that wait for the processor: for a thread that sleeps
 * nearly always. Where the system does not allow it, or not so easily, it goes without.
 */
export function claimRealTime(systemThreadId: number): void {
  if (process.platform !== 'linux') return;
  execFile('chrt', ['--rr', '--pid', String(REAL_TIME_PRIORITY), String(systemThreadId)], () => undefined);
}
