import { nodeId } from '../../panels/topology/graph/elementId.ts';
import type { Panel } from '../../state/panel.svelte.ts';
import { text } from '../../text.ts';
import { focusElement, pressElement, type Add } from './action.ts';

/** What the toolbar of the topology does, and every node of it by name. */
export function addTopology(panel: Panel, add: Add): void {
  const { topology } = panel;
  const section = text.panels.topology;
  const words = text.topology;
  const press = (testid: string) => () => pressElement(panel, 'topology', `[data-testid="${testid}"]`);
  add('topology-search', section, words.searchLabel, '/', () =>
    focusElement(panel, 'topology', '[data-testid="topology-search"]'),
  );
  add('topology-fit', section, words.fitHint, 'F', press('topology-fit'));
  if (topology.dump) add('topology-close', section, words.closeDump, '', () => topology.closeDump());
  for (const { path, name, nodes } of topology.snapshot?.filters ?? []) {
    for (const node of nodes) {
      const label = text.palette.showNode(node.name || node.type.name, name);
      add(`node-${path}-${node.id}`, section, label, '', () => panel.showInTopology(nodeId(path, node.id)));
    }
  }
}
