import { Emitter } from '../../src/contract/emitter.ts';
import type { Implementations } from '../../src/contract/services/index.ts';

/** The endpoints service of a machine without a sound server. */
export const noEndpoints: Implementations['endpoints'] = {
  getSnapshot: () => ({ available: false, endpoints: [], cards: [], programs: [] }),
  setDefault: () => undefined,
  setPort: () => undefined,
  setProfile: () => undefined,
  setProgramLevels: () => undefined,
  setProgramMuted: () => undefined,
  moveProgram: () => undefined,
  onSnapshot: new Emitter<never>().event,
  onPrograms: new Emitter<never>().event,
};
