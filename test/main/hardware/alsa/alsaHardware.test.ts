import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AlsaHostCommand, AlsaHostEvent } from '../../../../src/contract/alsaHardware.ts';
import { Emitter } from '../../../../src/contract/emitter.ts';
import { AlsaHardware } from '../../../../src/main/hardware/alsa/alsaHardware.ts';
import type { HostExit } from '../../../../src/main/hardware/hostPort.ts';
import { card, element } from '../../../support/alsaElements.ts';

class ScriptedHost {
  readonly pid = undefined;
  readonly commands: AlsaHostCommand[] = [];
  readonly #events = new Emitter<AlsaHostEvent>();
  readonly #exits = new Emitter<HostExit>();
  readonly onEvent = this.#events.event;
  readonly onExit = this.#exits.event;

  send(command: AlsaHostCommand): void {
    this.commands.push(command);
    if (command.type === 'close') this.end(0);
  }

  say(event: AlsaHostEvent): void {
    this.#events.fire(event);
  }

  end(code: number): void {
    this.#exits.fire({ code, signal: null, stderrTail: '' });
  }

  kill(): void {
    this.end(137);
  }
}

const opened: AlsaHardware[] = [];
afterEach(async () => {
  for (const hardware of opened.splice(0)) await hardware.dispose();
});

function open(deviceFolder = tmpdir()) {
  const hosts: ScriptedHost[] = [];
  const pcms = new Emitter<void>();
  const hardware = new AlsaHardware({
    hostFactory: () => {
      const host = new ScriptedHost();
      hosts.push(host);
      return host;
    },
    onPcms: pcms.event,
    deviceFolder,
  });
  opened.push(hardware);
  const news: string[] = [];
  hardware.onArrived(({ id }) => news.push(`+${id}`));
  hardware.onChanged(({ id }) => news.push(`~${id}`));
  hardware.onRemoved(({ id }) => news.push(`-${id}`));
  hardware.start();
  return { hardware, hosts, news, pcms };
}

const AC97 = card([element('Master Playback Switch')], { id: 'AC97' });
const USB = card([], { index: 1, id: 'Audio' });
const available = { available: true } as const;

describe('AlsaHardware', () => {
  it('starts no host on a machine without ALSA, until there is some', async () => {
    const { hardware, hosts, pcms } = open('/nowhere');
    await hardware.ready();
    expect(hardware.system).toEqual({ available: false, reason: 'There is no ALSA (/nowhere).' });
    pcms.fire();
    expect(hosts).toHaveLength(0);
    await expect(hardware.write(0, 1, [0])).rejects.toMatchObject({ code: 'device-unavailable' });
  });

  it('tells of cards that come, change and go', async () => {
    const { hardware, hosts, news } = open();
    hosts[0]!.say({ type: 'ready', system: available, cards: [AC97] });
    await hardware.ready();
    hosts[0]!.say({ type: 'card', card: USB });
    hosts[0]!.say({ type: 'card', card: { ...AC97, elements: [] } });
    hosts[0]!.say({ type: 'cardGone', card: 1 });
    hosts[0]!.say({ type: 'cardGone', card: 7 });
    expect(news).toEqual(['+AC97', '+Audio', '~AC97', '-Audio']);
    expect(hardware.cards).toMatchObject([{ id: 'AC97', elements: [] }]);
  });

  it('resolves writes to what the card has then, or says why it refused', async () => {
    const { hardware, hosts } = open();
    const [host] = hosts as [ScriptedHost];
    host.say({ type: 'ready', system: available, cards: [AC97] });
    const [first, second] = [hardware.write(0, 1, [1]), hardware.write(0, 2, [9])];
    expect(host.commands.slice(1)).toEqual([
      { type: 'write', request: 1, card: 0, numid: 1, values: [1] },
      { type: 'write', request: 2, card: 0, numid: 2, values: [9] },
    ]);
    host.say({ type: 'refused', request: 2, message: 'Invalid argument' });
    host.say({ type: 'written', request: 1, values: [1] });
    expect(await first).toEqual([1]);
    await expect(second).rejects.toMatchObject({
      code: 'device-unavailable',
      message: 'The sound card refused a value: Invalid argument.',
    });
  });

  it('loses all cards with its host, refuses what was on its way, and starts another', async () => {
    const { hardware, hosts, news } = open();
    hosts[0]!.say({ type: 'ready', system: available, cards: [AC97] });
    const write = expect(hardware.write(0, 1, [1])).rejects.toMatchObject({ code: 'device-unavailable' });
    hosts[0]!.end(1);
    await write;
    expect(news).toEqual(['+AC97', '-AC97']);
    expect(hardware.system).toMatchObject({ available: false });
    await vi.waitFor(() => expect(hosts).toHaveLength(2), { timeout: 5000 });
    hosts[1]!.say({ type: 'ready', system: available, cards: [AC97] });
    expect(news).toEqual(['+AC97', '-AC97', '+AC97']);
  });
});
