import type { AlsaCard, AlsaElement, AlsaScale } from '../../src/contract/alsaHardware.ts';

/** ALSA cards as a driver describes them, for tests without one. */

let nextNumid = 1;

export function element(name: string, part: Partial<AlsaElement> = {}): AlsaElement {
  const numid = nextNumid++;
  const { count = 1, minimum = 0 } = part;
  return {
    numid,
    iface: 'MIXER',
    name,
    index: 0,
    device: 0,
    subdevice: 0,
    type: 'boolean',
    readable: true,
    writable: true,
    count,
    minimum,
    maximum: 1,
    step: 1,
    items: [],
    scale: [],
    values: Array.from({ length: count }, () => minimum),
    ...part,
  };
}

export const decibelScale = (part: Partial<AlsaScale> & Pick<AlsaScale, 'to'>): AlsaScale => ({
  from: 0,
  law: 'decibels',
  lowest: -1.5 * part.to,
  highest: 0,
  mutes: false,
  ...part,
});

/** Stereo, in steps of 1.5 dB up to 0 dB. */
export const volume = (name: string, part: Partial<AlsaElement> = {}): AlsaElement =>
  element(name, {
    type: 'integer',
    count: 2,
    maximum: 31,
    step: 0,
    scale: [decibelScale({ to: part.maximum ?? 31 })],
    ...part,
  });

export const choice = (name: string, items: string[], part: Partial<AlsaElement> = {}): AlsaElement =>
  element(name, { type: 'enumerated', items, maximum: items.length - 1, ...part });

export function card(elements: AlsaElement[], part: Partial<AlsaCard> = {}): AlsaCard {
  return {
    index: 0,
    id: 'Card',
    name: 'Card',
    longName: 'Card at nowhere',
    driver: 'Test',
    elements,
    pcms: [{ device: 0, name: 'PCM', playback: true, capture: true }],
    ...part,
  };
}
