import { Emitter } from '../../src/contract/emitter.ts';
import type { Implementations } from '../../src/contract/services/index.ts';

/** The keyboard service of a machine that plays nothing. */
export const noKeyboard: Implementations['keyboard'] = {
  send: () => undefined,
  release: () => undefined,
  onMessages: new Emitter<never>().event,
};
