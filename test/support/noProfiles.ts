import { Emitter } from '../../src/contract/emitter.ts';
import type { Implementations } from '../../src/contract/services/index.ts';

const refuse = () => Promise.reject(new Error('no profiles'));

/** A profiles service without any, for tests about something else. */
export const noProfiles: Implementations['profiles'] = {
  getState: () => ({ profiles: [], current: null }),
  save: refuse,
  apply: refuse,
  rename: refuse,
  remove: refuse,
  export: refuse,
  import: refuse,
  onState: new Emitter<never>().event,
};
