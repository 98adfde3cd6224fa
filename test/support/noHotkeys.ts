import { Emitter } from '../../src/contract/emitter.ts';
import type { Implementations } from '../../src/contract/services/index.ts';

/** The hotkeys service of a shell without any, for tests about something else. */
export const noHotkeys: Implementations['hotkeys'] = {
  getState: () => ({ available: false, reason: 'none here', hotkeys: [], mediaKeys: [] }),
  perform: () => Promise.reject(new Error('no hotkeys')),
  onState: new Emitter<never>().event,
};
