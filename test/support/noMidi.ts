import { Emitter } from '../../src/contract/emitter.ts';
import type { Implementations } from '../../src/contract/services/index.ts';

/** The midi service of a machine without a MIDI system. */
export const noMidi: Implementations['midi'] = {
  getState: () => ({ system: 'unavailable', reason: 'there is none', ports: [], routes: [] }),
  addRoute: () => 1,
  removeRoute: () => undefined,
  onState: new Emitter<never>().event,
  onMessages: new Emitter<never>().event,
};
