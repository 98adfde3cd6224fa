import type { AlsaHostEvent } from '../../src/contract/alsaHardware.ts';
import { Emitter } from '../../src/contract/emitter.ts';
import type { AlsaHostFactory } from '../../src/main/hardware/alsa/alsaHardware.ts';
import type { HostExit } from '../../src/main/hardware/hostPort.ts';

/** The ALSA host of a machine without cards, whatever this machine has. */
export const noAlsaHost: AlsaHostFactory = () => {
  const events = new Emitter<AlsaHostEvent>();
  const exits = new Emitter<HostExit>();
  const end = () => exits.fire({ code: 0, signal: null, stderrTail: '' });
  return {
    pid: undefined,
    onEvent: events.event,
    onExit: exits.event,
    send({ type }) {
      if (type === 'close') queueMicrotask(end);
      if (type !== 'start') return;
      const system = { available: false, reason: 'there are no cards in this test' } as const;
      queueMicrotask(() => events.fire({ type: 'ready', system, cards: [] }));
    },
    kill: end,
  };
};
