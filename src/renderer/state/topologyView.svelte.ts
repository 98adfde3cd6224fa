/** How the topology is looked at: selection, search, what is left out, and where the canvas stands. */
import type { FilterTopology } from '../../contract/services/topology.ts';

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

export class TopologyView {
  /** Element that the inspector tells about. */
  selected = $state<string | undefined>();
  /** Element that the arrow keys start from. */
  focused = $state<string | undefined>();
  search = $state('');
  hiddenAdapters = $state.raw<readonly string[]>([]);
  hiddenPorts = $state.raw<readonly string[]>([]);
  /** Where the canvas was left; undefined shows everything. */
  viewport: Viewport | undefined;

  shows({ adapter, port }: FilterTopology): boolean {
    return !this.hiddenAdapters.includes(adapter) && !this.hiddenPorts.includes(portKey(port));
  }

  get filtering(): boolean {
    return this.hiddenAdapters.length > 0 || this.hiddenPorts.length > 0;
  }

  toggleAdapter(id: string): void {
    this.hiddenAdapters = toggled(this.hiddenAdapters, id);
  }

  togglePort(port: string | null): void {
    this.hiddenPorts = toggled(this.hiddenPorts, portKey(port));
  }

  showAll(): void {
    this.hiddenAdapters = [];
    this.hiddenPorts = [];
  }

  /** For another topology. */
  reset(): void {
    this.selected = undefined;
    this.focused = undefined;
    this.search = '';
    this.viewport = undefined;
    this.showAll();
  }
}

/** The system's own filters have no port class. */
export const portKey = (port: string | null): string => port ?? 'system';

function toggled(list: readonly string[], item: string): readonly string[] {
  return list.includes(item) ? list.filter((each) => each !== item) : [...list, item];
}
