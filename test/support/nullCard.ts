import type { CardMixing } from '../../src/contract/services/settings.ts';
import { SoundCard, STANDARD_CHOICES } from '../../src/main/adapters/soundCard/soundCard.ts';
import { cardDescription } from '../../src/main/adapters/soundCard/cardLayout.ts';
import { PortCls } from '../../src/main/engine/portcls/portcls.ts';
import { SoundHardware } from '../../src/main/hardware/soundHardware.ts';
import { createInProcessHost } from '../../src/main/host/inProcessHost.ts';

/** The whole engine on the null device inside the test's process. `hosts` are the device hosts started so far. */
export function nullCard(mixing: CardMixing = 'analog') {
  const hosts: ReturnType<typeof createInProcessHost>[] = [];
  const hardware = new SoundHardware({
    hostFactory: () => {
      const host = createInProcessHost();
      hosts.push(host);
      return host;
    },
  });
  const portCls = new PortCls({ masterClock: hardware });
  const card = new SoundCard(portCls, hardware, { ...STANDARD_CHOICES, mixing: () => mixing });
  return {
    hosts,
    hardware,
    portCls,
    card,
    start: () => hardware.start({ output: 'null', latency: 'normal', card: cardDescription(mixing) }),
    async dispose() {
      card.dispose();
      portCls.dispose();
      await hardware.dispose();
    },
  };
}
