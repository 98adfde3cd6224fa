/** Everything the palette can do: every action of the panel and every control of the mixer, by name. */
import { formatDecibels } from '../components/fader/levelText.ts';
import { allStrips } from '../panels/mixer/strips.ts';
import type { Panel } from '../state/panel.svelte.ts';
import type { PanelName } from '../state/settings.svelte.ts';
import { text } from '../text.ts';
import { onApple, panelNames, shortcutOf } from './panels.ts';

export interface Action {
  id: string;
  section: string;
  label: string;
  /** Present value or shortcut, shown at the right. */
  hint: string;
  run(): void;
}

export function actionsOf(panel: Panel): Action[] {
  const { sections } = text.palette;
  const control = (key: string) => (onApple ? `⌘${key}` : `Ctrl+${key}`);
  const actions: Action[] = panelNames.map((name, index) => ({
    id: `go-${name}`,
    section: sections.go,
    label: text.panels[name],
    hint: shortcutOf(index),
    run: () => panel.show(name),
  }));
  const add = (id: string, section: string, label: string, hint: string, run: () => void) =>
    actions.push({ id, section, label, hint, run });

  const { player, mixer, devices, settings } = panel;
  add('choose', sections.player, text.player.choose, control('O'), panel.chooseFiles);
  if (player.state.queue.length > 0) {
    const playing = player.sounding;
    add(
      'toggle',
      sections.player,
      playing ? text.player.pause : text.player.play,
      'Space',
      () => void player.toggle(),
    );
    add('stop', sections.player, text.player.stop, '', () => void player.stop());
    add('previous', sections.player, text.player.previous, '', () => void player.previous());
    add('next', sections.player, text.player.next, '', () => void player.next());
    const loop = player.state.loop;
    add(
      'loop',
      sections.player,
      text.player.loop,
      loop ? text.mixer.on : text.mixer.off,
      () => void player.setLoop(!loop),
    );
    add('clear', sections.player, text.palette.clearQueue, '', () => void player.clear());
    for (const entry of player.state.queue) {
      const clock = text.time.clock(entry.durationSeconds);
      add(
        `play-${entry.id}`,
        sections.player,
        text.palette.playFile(entry.name),
        clock,
        () => void player.play(entry.id),
      );
    }
  }

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
        }
        if (mute) {
          const label = mute.muted ? text.palette.unmuteLine(name) : text.palette.muteLine(name);
          add(`mute-${device.id}-${mute.id}`, sections.control, label, '', () => mute.set(!mute.muted));
        }
      }
    }
  }

  for (const output of devices.list?.outputs ?? []) {
    if (!output.available || output.id === devices.list?.selectedOutput) continue;
    add(`output-${output.id}`, sections.output, text.palette.useOutput(output.label), '', () =>
      panel.selectOutput(output.id),
    );
  }
  add('retry', sections.output, text.palette.retryOutput, '', () => {
    panel.app.retryOutput().catch(panel.notices.report);
  });
  for (const program of panel.programs.list) {
    const { id, name, volume, mute } = program;
    if (volume) {
      add(`program-${id}`, sections.control, text.mixer.volume(name), formatDecibels(volume.decibels), () =>
        focusElement(panel, 'mixer', `[data-testid="program-fader-${id}"]`),
      );
    }
    const label = mute.muted ? text.palette.unmuteLine(name) : text.palette.muteLine(name);
    add(`program-mute-${id}`, sections.control, label, '', () => mute.set(!mute.muted));
  }
  addStrips(panel, add);
  addPower(panel, add);

  const { profiles } = panel;
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
  const { trace } = panel;
  if (trace.recording) {
    add('trace-stop', sections.trace, text.palette.traceStop, '', () => trace.stop());
    const pause = trace.paused ? text.palette.traceResume : text.palette.tracePause;
    add('trace-pause', sections.trace, pause, '', () => trace.setPaused(!trace.paused));
  } else {
    add('trace-start', sections.trace, text.palette.traceStart, '', () => {
      trace.start();
      panel.show('trace');
    });
  }
  if (trace.total > 0) add('trace-clear', sections.trace, text.palette.traceClear, '', () => trace.clear());
  if (trace.filtering) add('trace-all', sections.trace, text.palette.traceAll, '', () => trace.showAll());
  for (const latency of ['low', 'normal', 'saving'] as const) {
    if (latency === settings.current.latency) continue;
    const { name } = text.settings.latencies[latency];
    add(`latency-${latency}`, sections.output, text.palette.useLatency(name), '', () => {
      settings.set({ latency }).catch(panel.notices.report);
    });
  }
  for (const theme of ['system', 'light', 'dark'] as const) {
    if (theme === settings.current.theme) continue;
    add(`theme-${theme}`, sections.theme, text.palette.useTheme(text.settings.themes[theme]), '', () => {
      settings.set({ theme }).catch(panel.notices.report);
    });
  }
  add('keys', sections.app, text.palette.keys, '?', () => (panel.overlay = 'keys'));
  return actions;
}

type Add = (id: string, section: string, label: string, hint: string, run: () => void) => void;

/** What a strip's menu does, and its choices. */
function addStrips({ mixer, strips }: Panel, add: Add): void {
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

/** States of the subdevices. What would pause or end a stream is asked about in the panel. */
function addPower(panel: Panel, add: Add): void {
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

/** Shows the mixer with the fader under the keyboard. */
const focusControl = (panel: Panel, controlId: number): void =>
  focusElement(panel, 'mixer', `[data-testid="fader-${controlId}"]`);

function focusElement(panel: Panel, shown: PanelName, selector: string): void {
  panel.show(shown);
  requestAnimationFrame(() => {
    const element = document.querySelector<HTMLElement>(selector);
    element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    element?.focus({ focusVisible: true });
  });
}

/** Those whose label holds every word of the query; beginnings of words first. */
export function matchActions(actions: readonly Action[], query: string): Action[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const scored: { action: Action; score: number }[] = [];
  for (const action of actions) {
    const name = `${action.section} ${action.label}`.toLowerCase();
    let score = 0;
    for (const word of words) {
      const at = name.indexOf(word);
      if (at < 0) {
        score = -1;
        break;
      }
      score += at === 0 || name[at - 1] === ' ' ? 2 : 1;
      if (action.label.toLowerCase().startsWith(word)) score += 2;
    }
    if (score >= 0) scored.push({ action, score });
  }
  return scored.sort((a, b) => b.score - a.score).map(({ action }) => action);
}
