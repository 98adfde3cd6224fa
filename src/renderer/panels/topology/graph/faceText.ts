import type { FilterTopology, NodeTopology, PropertyValue } from '../../../../contract/services/topology.ts';
import { ksLevel, ksLevelToDecibels } from '../../../../contract/units.ts';
import { formatDecibels } from '../../../components/fader/levelText.ts';
import { text } from '../../../text.ts';
import type { FaceKind } from './nodeKind.ts';

/** What the line under a node says of its value: the loudest channel, the switch, or the chosen input's name. */
export function faceText(
  kind: FaceKind,
  values: readonly PropertyValue[],
  filter: FilterTopology,
  node: NodeTopology,
): string {
  const [first] = values;
  if (kind === 'level') {
    const levels = values.filter((value) => typeof value === 'number');
    return levels.length > 0 ? formatDecibels(ksLevelToDecibels(ksLevel(Math.max(...levels)))) : '';
  }
  if (kind === 'source') return typeof first === 'number' ? inputName(filter, node.id, first) : '';
  if (values.every(Boolean)) return text.topology.on;
  return values.some(Boolean) ? text.topology.mixed : text.topology.off;
}

/** Name of what leads to logical pin `pin` of a node. */
export function inputName(filter: FilterTopology, node: number, pin: number): string {
  const source = filter.connections.find((each) => each.toNode === node && each.toPin === pin);
  if (!source) return text.topology.input(pin);
  if (source.fromNode === null) return filter.pins.find(({ id }) => id === source.fromPin)?.name ?? '';
  return filter.nodes.find(({ id }) => id === source.fromNode)?.name ?? '';
}
