import { Emitter } from '../../src/contract/emitter.ts';
import type { Implementations } from '../../src/contract/services/index.ts';
import type { RecorderState } from '../../src/contract/services/recorder.ts';

const state: RecorderState = {
  phase: 'stopped',
  input: 'microphone',
  inputFault: '',
  folder: '/recordings',
  file: null,
  sampleRate: 48_000,
  seconds: 0,
  bytes: 0,
  lostFrames: 0,
  error: null,
};

/** The recorder of a card that nobody records with. */
export const noRecorder: Implementations['recorder'] = {
  getState: () => state,
  setInput: () => undefined,
  start: () => undefined,
  stop: () => state,
  onState: new Emitter<never>().event,
};
