import { fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { HostEvent } from '../../../src/contract/hardware.ts';
import {
  spawnHost,
  utilityProcessHost,
  type UtilityProcessLike,
} from '../../../src/main/hardware/hostProcess.ts';
import type { HostPort } from '../../../src/main/hardware/hostPort.ts';
import { HostEvents, openOnNull } from '../host/hostEvents.ts';

const entry = new URL('../host/toneHost.ts', import.meta.url);

describe('spawnHost', () => {
  const hosts: HostPort[] = [];
  const spawn = (url = entry) => {
    const host = spawnHost({ entry: url });
    hosts.push(host);
    return host;
  };
  afterEach(() => {
    for (const host of hosts.splice(0)) host.kill();
  });

  it('runs a device host that opens, reports and ends when it is told to', async () => {
    const host = spawn();
    const events = new HostEvents(host);
    host.send(openOnNull());
    expect((await events.next('opened')).output.kind).toBe('null');
    expect((await events.next('status')).status.cpuPercent).toBeGreaterThan(0);
    host.send({ type: 'close' });
    expect(await events.ended()).toMatchObject({ code: 0, signal: null });
    expect(isAlive(host.pid!)).toBe(false);
    // Late commands go nowhere.
    host.send({ type: 'close' });
    host.kill();
  });

  it('ends a host that has not even opened', async () => {
    const host = spawn();
    const events = new HostEvents(host);
    host.send({ type: 'close' });
    expect((await events.ended()).code).toBe(0);
  });

  it('kills', async () => {
    const host = spawn();
    const events = new HostEvents(host);
    host.send(openOnNull());
    await events.next('opened');
    host.kill();
    expect(await events.ended()).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('keeps what the host writes on stderr', async () => {
    const host = spawn(new URL('./missingHost.ts', import.meta.url));
    const events = new HostEvents(host);
    const exit = await events.ended();
    expect(exit.code).toBe(1);
    expect(exit.stderrTail).toContain('missingHost.ts');
  });

  it('leaves no host behind when the process that started it is killed', async () => {
    const parent = fork(fileURLToPath(new URL('./hostParent.ts', import.meta.url)), [entry.href], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [pid] = (await once(parent, 'message')) as [number];
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    const deadline = performance.now() + 5_000;
    while (isAlive(pid) && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isAlive(pid)).toBe(false);
  });
});

describe('utilityProcessHost', () => {
  class Child extends EventEmitter implements UtilityProcessLike {
    pid: number | undefined = undefined;
    stderr = new PassThrough();
    posted: unknown[] = [];
    killed = false;
    postMessage(message: unknown): void {
      this.posted.push(message);
    }
    kill(): boolean {
      this.killed = true;
      return true;
    }
  }

  it('speaks to Electron’s utility process as to a child process', async () => {
    const child = new Child();
    const host = utilityProcessHost(child);
    const events = new HostEvents(host);
    host.send({ type: 'close' });
    expect(child.posted).toEqual([{ type: 'close' }]);
    const event: HostEvent = { type: 'stalled', milliseconds: 450 };
    child.emit('message', event);
    expect(events.all).toEqual([event]);
    const lines: string[] = [];
    host.onLine!((line) => lines.push(line));
    child.stderr.write('ALSA lib ');
    child.stderr.write('said something\n');
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toEqual(['ALSA lib said something']);
    host.kill();
    expect(child.killed).toBe(true);
    child.emit('exit', 9);
    expect(events.exit).toEqual({ code: 9, signal: null, stderrTail: 'ALSA lib said something\n' });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
