import { beforeEach, describe, expect, it } from 'vitest';
import type { BankEvent, HostCommand, LoadBankCommand } from '../../../src/contract/hardware.ts';
import { CardBank } from '../../../src/main/hardware/cardBank.ts';

const LOADED = { name: '', format: 'sf2', instruments: 1, sampleBytes: 2 } as const;

/** A host that loads when the test says so. */
class Host {
  readonly commands: HostCommand[] = [];
  send(command: HostCommand): void {
    this.commands.push(command);
  }
  get last(): LoadBankCommand {
    return this.commands.findLast((command) => command.type === 'loadBank')!;
  }
}

describe('the bank of the card', () => {
  let bank: CardBank;
  let host: Host;
  beforeEach(() => {
    bank = new CardBank();
    host = new Host();
    bank.add(host);
    bank.arrived(host);
  });
  const loaded = (which = host): BankEvent => ({ type: 'bankLoaded', load: which.last.load, bank: LOADED });
  const failed = (load: number, code: 'bad-input' | 'cancelled'): BankEvent => ({
    type: 'bankFailed',
    load,
    error: { code, message: 'no bank' },
  });

  it('is loaded with progress, and plays then', async () => {
    const chosen = bank.choose('/a.sf2');
    expect(bank.settled).toBeInstanceOf(Promise);
    bank.take(host, { type: 'bankProgress', load: host.last.load, done: 0.5 });
    expect(bank.state).toMatchObject({ playing: undefined, loading: { file: '/a.sf2', done: 0.5 } });
    const { settled } = bank;
    bank.take(host, loaded());
    await Promise.all([chosen, settled]);
    expect(bank.state).toMatchObject({ playing: '/a.sf2', loading: undefined });
    expect(bank.settled).toBeUndefined();
  });

  it('stays what it was when another one cannot be loaded, also for the next host', async () => {
    const first = bank.choose('/a.sf2');
    bank.take(host, loaded());
    await first;
    const second = bank.choose('/broken.sf2');
    bank.take(host, failed(host.last.load, 'bad-input'));
    await expect(second).rejects.toMatchObject({ code: 'bad-input' });
    expect(bank.state).toMatchObject({ playing: '/a.sf2', error: { message: 'no bank' } });
    const next = new Host();
    bank.add(next);
    expect(next.last.file).toBe('/a.sf2');
  });

  it('is the last that was chosen, whatever comes of those before', async () => {
    const first = bank.choose('/a.sf2');
    const before = host.last.load;
    const second = bank.choose('/b.sf2');
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    bank.take(host, failed(before, 'cancelled'));
    expect(bank.state).toMatchObject({ loading: { file: '/b.sf2' }, error: undefined });
    bank.take(host, loaded());
    await second;
    expect(bank.state.playing).toBe('/b.sf2');
  });

  it('is loaded by a host before it is the card, and by its successor when it is lost', async () => {
    const chosen = bank.choose('/a.sf2');
    bank.remove(host);
    await chosen;
    const next = new Host();
    bank.add(next);
    bank.take(next, loaded(next));
    expect(bank.state.playing).toBeUndefined();
    bank.arrived(next);
    expect(bank.state.playing).toBe('/a.sf2');
  });

  it('can be left as it is while another one is loaded', async () => {
    const chosen = bank.choose('/a.sf2');
    bank.cancel();
    expect(host.commands.at(-1)).toEqual({ type: 'cancelBank' });
    bank.take(host, failed(host.last.load, 'cancelled'));
    await expect(chosen).rejects.toMatchObject({ code: 'cancelled' });
    expect(bank.state).toMatchObject({ playing: undefined, loading: undefined, error: undefined });
  });
});
