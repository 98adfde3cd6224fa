/** The 128 programs of General MIDI level 1. */
import type { Program } from './program.ts';
import { basses, guitars } from './plucked.ts';
import { brass } from './brass.ts';
import { chromaticPercussion } from './chromaticPercussion.ts';
import { ensembles, soloStrings } from './strings.ts';
import { ethnic } from './world.ts';
import { leads } from './leads.ts';
import { organs } from './organs.ts';
import { pads } from './pads.ts';
import { percussive } from './percussive.ts';
import { pianos } from './pianos.ts';
import { pipes, reeds } from './reedsAndPipes.ts';
import { soundEffects } from './soundEffects.ts';
import { synthEffects } from './synthEffects.ts';

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
  ...synthEffects,
  ...ethnic,
  ...percussive,
  ...soundEffects,
];
