import type { Panel } from '../../state/panel.svelte.ts';
import { text } from '../../text.ts';
import { focusElement, pressElement, type Add } from './action.ts';

/** Every setting by its name: it is shown with the keyboard on it. */
export function addSettings(panel: Panel, add: Add): void {
  const words = text.settings;
  const section = text.panels.settings;
  const focus = (title: string, selector: string) =>
    add(`setting-${selector}`, section, title, '', () => focusElement(panel, 'settings', selector));
  const segments = (title: string, name: string) => focus(title, `input[name="${name}"]:checked`);
  const list = (title: string, name: string) => focus(title, `[data-testid="settings-${name}"]`);

  segments(words.motion, 'motion');
  segments(words.meters, 'meters');
  list(words.preferred, 'preferred-add');
  list(words.rate, 'rate');
  list(words.mixing, 'mixing');
  list(words.spdif, 'spdif');
  list(words.programs, 'programs');
  list(words.jacks.microphone, 'microphone');
  list(words.jacks.aux, 'aux');
  list(words.bank, 'bank');
  list(words.limiter, 'limiter');
  list(words.fmChip, 'fm-chip');
  list(words.fmBank, 'fm-bank');
  segments(words.hotkeys.media, 'media-keys');
  for (const [title, testid] of [
    [words.hotkeys.add, 'hotkey-add'],
    [words.exportLabel, 'settings-export'],
    [words.importLabel, 'settings-import-choose'],
    [text.desktop.copy, 'copy-diagnostics'],
  ] as const) {
    add(testid, section, title, '', () =>
      pressElement(panel, 'settings', `[data-testid="${testid}"]:enabled`),
    );
  }
  focus(words.reset, '[data-testid="settings-reset"]');
  focus(words.quit, '[data-testid="settings-quit"]');
  if (panel.app.state?.shell === 'desktop') {
    for (const name of ['tray', 'closeToTray', 'startAtLogin'] as const) {
      list(text.desktop.switches[name].title, name);
    }
  }
}
