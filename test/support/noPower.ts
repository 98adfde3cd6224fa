import { Emitter } from '../../src/contract/emitter.ts';
import type { Implementations } from '../../src/contract/services/index.ts';
import { NEVER_IDLE } from '../../src/contract/services/power.ts';

const nothing = () => {
  throw new Error('There is no subdevice.');
};

/** The power service of a machine without subdevices. */
export const noPower: Implementations['power'] = {
  getSnapshot: () => ({
    seconds: 0,
    source: 'mains',
    idle: NEVER_IDLE,
    paused: false,
    subdevices: [],
    connections: [],
  }),
  setState: nothing,
  hold: nothing,
  setIdleTimes: nothing,
  setDefaultIdleTimes: () => undefined,
  setPaused: () => undefined,
  setKeepBank: () => undefined,
  unregister: nothing,
  register: nothing,
  setConnected: () => undefined,
  rebalance: nothing,
  onSnapshot: new Emitter<never>().event,
  onPaused: new Emitter<never>().event,
};
