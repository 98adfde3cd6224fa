import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AlsaHostEvent } from '../../../../src/contract/alsaHardware.ts';
import { AlsaHost } from '../../../../src/main/host/alsa/alsaHost.ts';
import type { AlsaBackend, AlsaControls } from '../../../../src/main/host/alsa/backend.ts';
import { card, element } from '../../../support/alsaElements.ts';

/** Cards that a test plugs, turns and pulls. */
class PluggableAlsa implements AlsaBackend {
  /** Values by card; undefined for a card that nobody may open yet. */
  readonly plugged = new Map<number, number[] | undefined>();
  readonly opened = new Set<number>();
  /** Cards that the kernel has not named yet. */
  readonly unnamed = new Set<number>();
  #news = Promise.withResolvers<{ devices: boolean }>();
  #changed = new Set<number>();

  tell(devices: boolean): void {
    const news = this.#news;
    this.#news = Promise.withResolvers();
    news.resolve({ devices });
  }

  turn(index: number, values: number[]): void {
    this.plugged.set(index, values);
    this.#changed.add(index);
    this.tell(false);
  }

  cards(): number[] {
    return [...this.plugged.keys()];
  }

  open(index: number): AlsaControls {
    if (!this.plugged.get(index)) throw new Error('Permission denied');
    this.opened.add(index);
    const values = () => {
      const found = this.plugged.get(index);
      if (!found) throw new Error('No such device');
      return found;
    };
    return {
      describe: () =>
        card([element('Switch', { numid: 1, values: values() })], {
          index,
          ...(this.unnamed.has(index) ? { id: '' } : {}),
        }),
      read: values,
      write: (_numid, wanted) => {
        if (wanted[0]! > 1) throw new Error('Invalid argument');
        values();
        this.plugged.set(index, [...wanted]);
      },
      changes: () => {
        values();
        const numids = new Set(this.#changed.delete(index) ? [1] : []);
        return { numids, elements: false };
      },
      dispose: () => this.opened.delete(index),
    };
  }

  wait(): Promise<{ devices: boolean }> {
    return this.#news.promise;
  }

  dispose(): Promise<void> {
    this.tell(false);
    return Promise.resolve();
  }
}

const hosts: AlsaHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.dispose();
});

function start(prepare?: (alsa: PluggableAlsa) => void) {
  const alsa = new PluggableAlsa();
  prepare?.(alsa);
  const events: AlsaHostEvent[] = [];
  const host = new AlsaHost({ openBackend: () => alsa, report: (event) => events.push(event) });
  hosts.push(host);
  host.start();
  return { alsa, host, events };
}

describe('the ALSA host', () => {
  it('reports the cards there are, and what others change on them', async () => {
    const { alsa, events } = start((each) => each.plugged.set(0, [0]));
    expect(events).toMatchObject([{ type: 'ready', system: { available: true }, cards: [{ index: 0 }] }]);
    alsa.turn(0, [1]);
    await vi.waitFor(() => expect(events.at(-1)).toEqual({ type: 'values', card: 0, numid: 1, values: [1] }));
  });

  it('writes, and says what became of it', () => {
    const { host, events } = start((each) => each.plugged.set(0, [0]));
    host.handle({ type: 'write', request: 1, card: 0, numid: 1, values: [1] });
    host.handle({ type: 'write', request: 2, card: 0, numid: 1, values: [7] });
    host.handle({ type: 'write', request: 3, card: 5, numid: 1, values: [0] });
    expect(events.slice(1)).toEqual([
      { type: 'written', request: 1, values: [1] },
      { type: 'refused', request: 2, message: 'Invalid argument' },
      { type: 'refused', request: 3, message: 'the card is not there' },
    ]);
  });

  it('opens a card that may be opened a moment after it came, and closes one that is pulled out', async () => {
    const { alsa, events } = start();
    alsa.plugged.set(2, undefined);
    alsa.tell(true);
    await Promise.resolve();
    expect(events).toHaveLength(1);
    alsa.plugged.set(2, [0]);
    alsa.tell(true);
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'card', card: { index: 2 } }));
    alsa.plugged.delete(2);
    alsa.tell(false);
    await vi.waitFor(() => expect(events.at(-1)).toEqual({ type: 'cardGone', card: 2 }));
    expect([...alsa.opened]).toEqual([]);
  });

  it('waits for the id of a card that the kernel has not named yet', async () => {
    const { alsa, events } = start();
    alsa.plugged.set(1, [0]);
    alsa.unnamed.add(1);
    alsa.tell(true);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([events.length, alsa.opened.size]).toEqual([1, 0]);
    alsa.unnamed.delete(1);
    await vi.waitFor(() =>
      expect(events.at(-1)).toMatchObject({ type: 'card', card: { index: 1, id: 'Card' } }),
    );
  });

  it('says why there is no ALSA', () => {
    const events: AlsaHostEvent[] = [];
    const openBackend = () => {
      throw new Error('libasound.so.2: cannot open shared object file');
    };
    new AlsaHost({ openBackend, report: (event) => events.push(event) }).start();
    const reason = 'libasound.so.2: cannot open shared object file';
    expect(events).toEqual([{ type: 'ready', system: { available: false, reason }, cards: [] }]);
  });
});
