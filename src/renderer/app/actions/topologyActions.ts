import { nodeId } from '../../panels/topology/graph/elementId.ts';
import type { Panel } from '../../state/panel.svelte.ts';
import { text } from '../../text.ts';
import { focusElement, pressElement, type Add } from './action.ts';

/** What the toolbar of the topology does, and every filter and node of it by name. */
export function addTopology(panel: Panel, add: Add): void {
  const { topology } = panel;
  const section = text.panels.topology;
  const words = text.topology;
  /** A button without anything to act on yet is disabled; it is waited for. */
  const press = (testid: string) => () =>
    pressElement(panel, 'topology', `[data-testid="${testid}"]:enabled`);
  add('topology-search', section, words.searchLabel, '/', () =>
    focusElement(panel, 'topology', '[data-testid="topology-search"]'),
  );
  add('topology-fit', section, words.fitHint, 'F', press('topology-fit'));
  add('topology-zoom', section, words.zoomReset, '0', press('topology-zoom'));
  add('topology-json', section, words.exportJson, '', press('export-json'));
  add('topology-svg', section, words.exportSvg, '', press('export-svg'));
  add('topology-png', section, words.exportPng, '', press('export-png'));
  add('topology-open', section, words.openDump, '', press('open-dump'));
  add('topology-arrange', section, words.arrangeAnew, '', press('arrange-anew'));
  if (topology.view.filtering) {
    add('topology-all', section, words.showAllFilters, '', () => {
      topology.view.showAll();
      panel.show('topology');
    });
  }
  if (topology.dump) add('topology-close', section, words.closeDump, '', () => topology.closeDump());
  const { collapsed } = topology;
  for (const filter of topology.snapshot?.filters ?? []) {
    const { path, name, nodes } = filter;
    const folded = collapsed.includes(path);
    add(`fold-${path}`, section, folded ? words.expand(name) : words.collapse(name), '', () => {
      topology.setCollapsed(filter, !folded);
      panel.show('topology');
    });
    for (const node of nodes) {
      const label = text.palette.showNode(node.name || node.type.name, name);
      add(`node-${path}-${node.id}`, section, label, '', () => panel.showInTopology(nodeId(path, node.id)));
    }
  }
}
