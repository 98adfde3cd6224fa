import type { PinTopology } from '../../../../contract/services/topology.ts';

/** Connector colours of PC 99, by pin category; the names are tokens, `--jack-green`. */
export type JackColour = 'green' | 'pink' | 'blue' | 'orange' | 'gold' | 'plain';

const COLOURS: readonly (readonly [JackColour, RegExp])[] = [
  ['green', /SPEAKER|HEADPHONES|HEADSET|HANDSET|HEAD_MOUNTED/],
  ['pink', /MICROPHONE/],
  ['orange', /SPDIF|DIGITAL_AUDIO|1394|DISPLAYPORT|HDMI/],
  ['gold', /SYNTHESIZER|MIDI/],
  [
    'blue',
    /LINE_CONNECTOR|ANALOG_CONNECTOR|LEGACY_AUDIO|CD_PLAYER|PHONOGRAPH|TAPE|RECEIVER|AUDIO$|TUNER|DISC|MINIDISK/,
  ],
];

/** What the category says; a jack of no known kind is plain. */
export function jackColour({ category }: PinTopology): JackColour {
  const name = category.name.replace(/^KS(NODETYPE|CATEGORY)_/, '');
  if (category.name.startsWith('KSCATEGORY')) return 'plain';
  return COLOURS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'plain';
}
