import { describe, expect, it } from 'vitest';
import type { AlsaElement } from '../../../../src/contract/alsaHardware.ts';
import { audibleValues } from '../../../../src/main/adapters/alsa/audible.ts';
import { element, volume } from '../../../support/alsaElements.ts';

/** What is opened, by name; elements have the values they were made with. */
function opened(elements: AlsaElement[]) {
  const registers = { values: (numid: number) => elements.find((each) => each.numid === numid)!.values };
  return Object.fromEntries(
    audibleValues(elements, registers).map(({ numid, values }) => [
      elements.find((each) => each.numid === numid)!.name,
      values,
    ]),
  );
}

describe('a card that nobody has turned up yet', () => {
  it('is opened from what programs play to the jacks, the master to -12 dB, and nothing else', () => {
    expect(
      opened([
        volume('Master Playback Volume', { maximum: 63 }),
        element('Master Playback Switch'),
        // Up to 12 dB.
        volume('PCM Playback Volume', {
          scale: [{ from: 0, to: 31, law: 'decibels', lowest: -34.5, highest: 12, mutes: false }],
        }),
        element('PCM Playback Switch'),
        volume('Mic Playback Volume'),
        element('Mic Playback Switch'),
        element('Capture Switch'),
        element('IEC958 Playback Switch'),
      ]),
    ).toEqual({
      'Master Playback Volume': [55, 55],
      'Master Playback Switch': [1],
      'PCM Playback Volume': [23, 23],
      'PCM Playback Switch': [1],
    });
  });

  it('is opened at its last volume where there is no master', () => {
    expect(opened([volume('PCM Playback Volume')])).toEqual({ 'PCM Playback Volume': [23, 23] });
    expect(
      opened([
        volume('PCM Playback Volume'),
        volume('Headphone Playback Volume'),
        element('Headphone Playback Switch', { count: 2 }),
      ]),
    ).toEqual({
      'PCM Playback Volume': [31, 31],
      'Headphone Playback Volume': [23, 23],
      'Headphone Playback Switch': [1, 1],
    });
  });

  it('keeps what somebody has set', () => {
    expect(
      opened([
        volume('Master Playback Volume', { values: [0, 1] }),
        element('Master Playback Switch', { count: 2, values: [1, 0] }),
        volume('PCM Playback Volume', { values: [5, 5] }),
      ]),
    ).toEqual({});
  });
});
