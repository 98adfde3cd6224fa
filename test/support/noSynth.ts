import { Emitter } from '../../src/contract/emitter.ts';
import type { Implementations } from '../../src/contract/services/index.ts';
import type { SynthState } from '../../src/contract/services/synth.ts';

const state: SynthState = { selected: 'built-in', playing: '/bank.dls', loading: null, error: null };

/** The synth service of a card that has its built-in bank and no other. */
export const noSynth: Implementations['synth'] = {
  getState: () => state,
  listBanks: () => [],
  listInstruments: () => [],
  beginUpload: () => Promise.reject(new Error('There are no banks.')),
  upload: () => undefined,
  finishUpload: () => Promise.reject(new Error('There are no banks.')),
  cancelUpload: () => undefined,
  removeBank: () => undefined,
  chooseBank: () => state,
  cancelLoading: () => undefined,
  getStatistics: () => ({ voices: 0, cpuPercent: 0, latencyMs: 0 }),
  onState: new Emitter<never>().event,
  onBanks: new Emitter<never>().event,
};
