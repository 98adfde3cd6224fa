import type { Panel } from '../../state/panel.svelte.ts';
import { text } from '../../text.ts';
import type { Add } from './action.ts';

/** States of the subdevices. What would pause or end a stream is asked about in the panel. */
export function addPower(panel: Panel, add: Add): void {
  const { power } = panel;
  const section = text.panels.power;
  for (const subdevice of power.snapshot?.subdevices ?? []) {
    const { path, name, registered, state, held, holders } = subdevice;
    if (!registered) {
      add(`register-${path}`, section, text.power.registerLabel(name), '', () => power.register(subdevice));
      continue;
    }
    if (state === 'D0') {
      const busy = holders.some((each) => each.state === 'RUN');
      add(`sleep-${path}`, section, text.power.sleepLabel(name), state, () =>
        busy ? panel.show('power') : power.setState(subdevice, 'D3'),
      );
    } else {
      add(`wake-${path}`, section, text.power.wakeLabel(name), state, () => power.setState(subdevice, 'D0'));
    }
    add(`hold-${path}`, section, text.palette.hold(name, held), state, () => power.hold(subdevice, !held));
  }
}
