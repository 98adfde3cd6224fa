/** Everything the palette can do: every action of the panel and every control of the mixer, by name. */
import type { Panel } from '../state/panel.svelte.ts';
import { text } from '../text.ts';
import type { Action, Add } from './actions/action.ts';
import { addMixer } from './actions/mixerActions.ts';
import { addPanel } from './actions/panelActions.ts';
import { addPlayer } from './actions/playerActions.ts';
import { addPower } from './actions/powerActions.ts';
import { addSettings } from './actions/settingsActions.ts';
import { addTopology } from './actions/topologyActions.ts';
import { panelNames, shortcutOf } from './panels.ts';

export function actionsOf(panel: Panel): Action[] {
  const actions: Action[] = panelNames.map((name, index) => ({
    id: `go-${name}`,
    section: text.palette.sections.go,
    label: text.panels[name],
    hint: shortcutOf(index),
    run: () => panel.show(name),
  }));
  const add: Add = (id, section, label, hint, run) => actions.push({ id, section, label, hint, run });
  addPlayer(panel, add);
  addMixer(panel, add);
  addPanel(panel, add);
  addPower(panel, add);
  addTopology(panel, add);
  addSettings(panel, add);
  return actions;
}
