import * as v from 'valibot';

/** The FM synthesizer's chip and sounds, as far as a user chooses them. */

export const fmChipSchema = v.picklist(['opl3', 'opl2']);
export type FmChip = v.InferOutput<typeof fmChipSchema>;

/** Names of the banks embedded in libADLMIDI 1.6.2; the index is the bank's number. */
export const FM_BANKS: readonly string[] = [
  'AIL (The Fat Man 2op set, default AIL)',
  'Bisqwit (selection of 4op and 2op)',
  'HMI (Descent, Asterix)',
  'HMI (Descent:: Int) :NON-GM:',
  'HMI (Descent:: Ham) :NON-GM:',
  'HMI (Descent:: Rick) :NON-GM:',
  'HMI (Descent 2) :NON-GM:',
  'HMI (Normality)',
  'HMI (Shattered Steel)',
  'HMI (Theme Park)',
  'HMI (MegaPatch by LoudMouth)',
  'HMI (MegaPatch - Aces of the Deep)',
  'HMI (MegaPatch - Earthsiege)',
  'HMI (Anvil of Dawn)',
  'DMX (Bobby Prince v2)',
  'DMX (Cygnus Studios, default DMX)',
  'DMX (Bobby Prince v1)',
  'AIL (Discworld, Grandest Fleet, etc.)',
  'AIL (Warcraft 2)',
  'AIL (Syndicate) :MT-32:',
  'AIL (Guilty, Orion Conspiracy, TNSFC ::4op)',
  'AIL (Magic Carpet 2) :MT-32:',
  'AIL (Eric Heberling - Nemesis)',
  'AIL (Jagged Alliance) :MT-32:',
  'AIL (When Two Worlds War) :MT-32: :MISS-INS:',
  'AIL (Bards Tale Construction) :MT-32: :MISS-INS:',
  'AIL (Return to Zork) :MT-32:',
  'AIL (Theme Hospital)',
  'AIL (MegaPatch - National Hockey League PA)',
  'AIL (Inherit The Earth) :MT-32:',
  'AIL (Inherit The Earth, file two) :MT-32:',
  'AIL (Little Big Adventure) :4op:',
  'AIL (Heroes of Might and Magic II) :MT-32:',
  'AIL (Eric Heberling - Death Gate)',
  'AIL (FIFA International Soccer)',
  'AIL (Starship Invasion)',
  'AIL (Super Street Fighter 2 :4op:)',
  'AIL (Lords of the Realm) :MISS-INS:',
  'AIL (SimFarm, SimHealth) :4op:',
  'AIL (SimFarm, Settlers, Serf City)',
  'AIL (Caesar 2) :p4op: :MISS-INS:',
  'AIL (Syndicate Wars) :MT-32:',
  'AIL (MegaPatch mod by Probe Ent.)',
  'AIL (Warcraft) :NON-GM:',
  'AIL (Terra Nova Strike Force Centuri) :p4op:',
  'AIL (System Shock) :p4op:',
  'AIL (Eric Heberling - Advanced Civilization)',
  'AIL (Battle Chess 4000) :MT-32:',
  'AIL (Ultimate Soccer Manager :p4op:)',
  'AIL (Air Bucks, Blue And The Gray, etc) :MT-32:',
  'AIL (Ultima Underworld 2) :MT-32:',
  'AIL (FatMan MT32) :MT-32:',
  'AIL (High Seas Trader) :MISS-INS:',
  'AIL (Master of Magic) :4op:',
  'AIL (Master of Magic) :4op: orchestral drums',
  'SB (Action Soccer)',
  'SB (3d Cyberpuck :: melodic only)',
  'SB (Simon the Sorcerer) :MT-32:',
  'WOPL (The Fat Man 2op set; Win9x)',
  'WOPL (The Fat Man 4op set)',
  'OP3 (JungleVision 2op set :: melodic only)',
  'OP3 (Wallace 2op set, Nitemare 3D :: melodic only)',
  'TMB (Duke Nukem 3D)',
  'TMB (Shadow Warrior)',
  'DMX (Scott Host)',
  'SB (Modded GMOPL by Wohlstand)',
  "SB (Jamie O'Connell's bank)",
  'TMB (Apogee Sound System Default bank) :broken drums:',
  'WOPL (4op bank by James Alan Nguyen and Wohlstand)',
  'TMB (MegaPatch - Blood)',
  'TMB (Rise of the Triad)',
  'TMB (Nam)',
  'WOPL (DMXOPL3 bank by Sneakernets)',
  'EA (Cartooners)',
  'WOPL (Apogee IMF 90-ish)',
  'AIL (The Lost Vikings) :NON-GM:',
  'DMX (Strife)',
  'WOPL (MS-AdLib, Windows 3.x)',
  'AIL (Monopoly Deluxe)',
];

/** DMXOPL3: General MIDI, under a free licence. */
export const DEFAULT_FM_BANK = 72;

export const fmBankSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(FM_BANKS.length - 1));

export interface FmChoice {
  chip: FmChip;
  /** Index into `FM_BANKS`. */
  bank: number;
}

export const STANDARD_FM: FmChoice = { chip: 'opl3', bank: DEFAULT_FM_BANK };
