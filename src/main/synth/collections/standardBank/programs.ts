/** The 128 programs of General MIDI level 1. */
import type { Program } from './program.ts';
import { pianos, chromaticPercussion, organs } from './keyboards.ts';
import { guitars, basses } from './plucked.ts';
import { soloStrings, ensembles } from './strings.ts';
import { leads, pads, effects } from './synthesizers.ts';
import { brass, reeds, pipes } from './winds.ts';
import { ethnic, percussive, soundEffects } from './worldAndEffects.ts';

/** By program number, 0 to 127. */
export const PROGRAMS: readonly Program[] = [
  ...pianos,
  ...chromaticPercussion,
  ...organs,
  ...guitars,
  ...basses,
  ...soloStrings,
  ...ensembles,
  ...brass,
  ...reeds,
  ...pipes,
  ...leads,
  ...pads,
  ...effects,
  ...ethnic,
  ...percussive,
  ...soundEffects,
];
