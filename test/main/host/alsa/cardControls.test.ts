import { expect, it } from 'vitest';
import { CardControls } from '../../../../src/main/host/alsa/cardControls.ts';
import type { LibAsound } from '../../../../src/main/host/alsa/libasound.ts';

const ENODEV = -19;

/** ALSA's library with a card that goes at the named call; what it hands out is counted until it is given back. */
function vanishingAt(call: string) {
  const held = new Map<string, number>();
  const count = (what: string, by: number) => held.set(what, (held.get(what) ?? 0) + by);
  let lists = 0;
  const answer = (name: string, [slot]: unknown[]): unknown => {
    if (name === 'snd_strerror') return 'No such device';
    if (name === 'snd_ctl_elem_list') lists++;
    if (name === call || `${name} ${lists}` === call) return ENODEV;
    const [, made] = /^(.*)_(?:malloc|open|alloc_space)$/.exec(name) ?? [];
    if (made !== undefined) {
      count(`${made}${name.endsWith('space') ? ' space' : ''}`, 1);
      if (Array.isArray(slot)) slot[0] = {};
      return 0;
    }
    const [, freed, space] = /^(.*?)_(?:free|close)(_space)?$/.exec(name) ?? [];
    if (freed !== undefined) count(`${freed}${space ? ' space' : ''}`, -1);
    return 0;
  };
  const alsa = new Proxy({} as LibAsound, {
    get:
      (_, name: string) =>
      (...args: unknown[]) =>
        answer(name, args),
  });
  return { alsa, held: () => [...held].filter(([, handles]) => handles > 0).map(([what]) => what) };
}

it('keeps nothing of a card that is gone before its events are subscribed to', () => {
  const { alsa, held } = vanishingAt('snd_ctl_subscribe_events');
  expect(() => new CardControls(alsa, 0)).toThrow('No such device');
  expect(held()).toEqual([]);
});

it.each(['snd_ctl_card_info', 'snd_ctl_elem_list 1', 'snd_ctl_elem_list 2'])(
  'keeps nothing of a card that is gone at %s while it is described',
  (call) => {
    const { alsa, held } = vanishingAt(call);
    const controls = new CardControls(alsa, 0);
    expect(() => controls.describe()).toThrow('No such device');
    controls.dispose();
    expect(held()).toEqual([]);
  },
);
