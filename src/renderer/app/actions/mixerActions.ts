import { formatDecibels } from '../../components/fader/levelText.ts';
import { allStrips } from '../../panels/mixer/strips.ts';
import type { Panel } from '../../state/panel.svelte.ts';
import { text } from '../../text.ts';
import { focusElement, pressElement, type Add } from './action.ts';

const labelled = (label: string): string => `[aria-label="${CSS.escape(label)}"]`;

/** Every control of every line and program, and what the menus of strips and profiles do. */
export function addMixer(panel: Panel, add: Add): void {
  const { sections } = text.palette;
  const { mixer, profiles } = panel;
  for (const device of mixer.devices) {
    if (!device.present) continue;
    for (const destination of device.destinations) {
      for (const { name, volume, mute } of [...destination.sources, destination]) {
        if (volume) {
          add(
            `volume-${device.id}-${volume.id}`,
            sections.control,
            text.mixer.volume(name),
            formatDecibels(volume.decibels),
            () => focusControl(panel, volume.id),
          );
          if (volume.hasBalance) {
            add(
              `balance-${device.id}-${volume.id}`,
              sections.control,
              text.balance.label(name),
              text.balance.short(volume.balance),
              () => focusElement(panel, 'mixer', `[data-testid="balance-${volume.id}"]`),
            );
          }
        }
        if (mute) {
          const label = mute.muted ? text.palette.unmuteLine(name) : text.palette.muteLine(name);
          add(`mute-${device.id}-${mute.id}`, sections.control, label, '', () => mute.set(!mute.muted));
        }
      }
    }
  }

  for (const program of panel.endpoints.programs) {
    const { id, name, volume, mute } = program;
    if (volume) {
      add(`program-${id}`, sections.control, text.mixer.volume(name), formatDecibels(volume.decibels), () =>
        focusElement(panel, 'mixer', `[data-testid="program-fader-${id}"]`),
      );
    }
    const label = mute.muted ? text.palette.unmuteLine(name) : text.palette.muteLine(name);
    add(`program-mute-${id}`, sections.control, label, '', () => mute.set(!mute.muted));
  }
  addEndpoints(panel, add);
  addStrips(panel, add);
  for (const { name } of profiles.state.profiles) {
    const hint = name === profiles.state.current ? text.palette.current : '';
    add(`profile-${name}`, sections.profile, text.profiles.apply(name), hint, () => profiles.apply(name));
  }
  const { current } = profiles.state;
  if (current !== null) {
    add('profile-save', sections.profile, text.palette.saveProfile(current), '', () =>
      profiles.save(current),
    );
  }
}

/** Ports of the system's devices, profiles of its cards, its defaults. */
function addEndpoints({ endpoints, notices }: Panel, add: Add): void {
  const { sections } = text.palette;
  const { presence, setDefault, usePort, useProfile } = text.endpoint;
  for (const endpoint of endpoints.list) {
    const { id, name, direction, ports, activePort, isDefault } = endpoint;
    for (const port of ports) {
      if (port.id === activePort) continue;
      const hint = port.available === 'unknown' ? '' : presence[port.available];
      add(`port-${id}-${port.id}`, sections.output, usePort(name, port.name), hint, () =>
        endpoints.setPort(endpoint, port.id),
      );
    }
    if (isDefault) continue;
    add(`default-${id}`, sections.output, setDefault(name, direction), '', () =>
      endpoints.setDefault(endpoint),
    );
  }
  for (const card of endpoints.cards) {
    for (const { id, name } of card.profiles) {
      if (id === card.activeProfile) continue;
      add(`card-profile-${card.id}-${id}`, sections.output, useProfile(card.name, name), '', () => {
        endpoints.setProfile(card, id).catch(notices.report);
      });
    }
  }
}

/** What a strip's menu does, and its choices. */
function addStrips(panel: Panel, add: Add): void {
  const { mixer, strips } = panel;
  const { sections } = text.palette;
  for (const { line, destination } of allStrips(mixer.devices)) {
    const { deviceId, key, name } = line;
    const { pinned, hidden } = strips.look(deviceId, key);
    const id = `${deviceId}-${key}`;
    const { mux } = destination;
    const item = mux?.value.items.findIndex(({ lineId }) => lineId === line.line.id) ?? -1;
    if (mux && item >= 0 && mux.value.selected !== item) {
      add(`record-${id}`, sections.control, text.mixer.recordFrom(name), '', () => mux.select(item));
    }
    add(`more-${id}`, sections.strip, text.mixer.more(name), '', () =>
      pressElement(panel, 'mixer', labelled(text.mixer.more(name))),
    );
    add(`pin-${id}`, sections.strip, pinned ? text.palette.unpin(name) : text.palette.pin(name), '', () =>
      strips.change(deviceId, key, { pinned: !pinned }),
    );
    add(`hide-${id}`, sections.strip, hidden ? text.palette.unhide(name) : text.palette.hide(name), '', () =>
      strips.change(deviceId, key, { hidden: !hidden }),
    );
  }
  if (strips.changed) {
    add('strips-hidden', sections.strip, text.palette.showHidden(strips.showHidden), '', () => {
      strips.showHidden = !strips.showHidden;
    });
    add('strips-reset', sections.strip, text.palette.resetStrips, '', () => strips.reset());
  }
}

/** Shows the mixer with the fader under the keyboard. */
const focusControl = (panel: Panel, controlId: number): void =>
  focusElement(panel, 'mixer', `[data-testid="fader-${controlId}"]`);
