import type { NodeDescriptor } from '../../engine/ks/descriptor.ts';
import { cpuResourcesItem } from '../../engine/ks/nodes/cpuResources.ts';
import { volumeLevelItem } from '../../engine/ks/nodes/level.ts';
import { peakMeterItem } from '../../engine/ks/nodes/peakMeter.ts';
import { muteItem } from '../../engine/ks/nodes/switch.ts';
import { AutomationTable, type PropertyItem } from '../../engine/ks/property.ts';
import { CHANNELS, NODE_TYPES, type RenderNode } from './cardLayout.ts';
import type { CardMeters } from './cardMeters.ts';
import type { RenderRegisters } from './renderTopology.ts';

/** What a node of a topology filter of the card answers from. */
export interface NodeContext {
  readonly registers: RenderRegisters;
  readonly meters: CardMeters;
  /** A client has changed it. */
  changed(): void;
}

/** The descriptor of a node of the card's layout. */
export function cardNode(node: RenderNode, context: NodeContext): NodeDescriptor {
  if (node.kind === 'dac') return { type: NODE_TYPES.dac, name: null };
  const item = itemOf(node, context);
  return {
    type: NODE_TYPES[node.kind],
    name: node.name,
    ...(node.nameText === undefined ? {} : { nameText: node.nameText }),
    automation: new AutomationTable(node.kind === 'peak' ? [item, cpuResourcesItem('NOT_HOST_CPU')] : [item]),
  };
}

function itemOf(
  node: Exclude<RenderNode, { kind: 'dac' }>,
  { registers, meters, changed }: NodeContext,
): PropertyItem {
  switch (node.kind) {
    case 'volume':
      return volumeLevelItem({
        channels: CHANNELS,
        range: node.range,
        read: (channel) => registers.level(node.register, channel),
        write: (channel, level) => registers.setLevel(node.register, channel, level, node.range.minimum),
        changed,
      });
    case 'mute':
      return muteItem({
        channels: CHANNELS,
        read: (channel) => registers.muted(node.register, channel),
        write: (channel, muted) => registers.setMuted(node.register, channel, muted),
        changed,
      });
    case 'peak':
      return peakMeterItem({
        channels: CHANNELS,
        take: (channel) => meters.take(node.meter, channel),
      });
  }
}
