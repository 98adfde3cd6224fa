import type { Connection } from '../descriptor.ts';
import { KSPROPSETID } from '../guid.ts';
import { INPUT, property } from '../property.ts';
import { BOOL, GUID_LAYOUT, multipleItem, struct, ULONG, UTF16 } from '../wire/layout.ts';

/** KSPROPSETID_Topology and KSPROPSETID_TopologyNode. Specification 1.10, 2.4. */

/** KSTOPOLOGY_CONNECTION */
export const connectionLayout = struct('KSTOPOLOGY_CONNECTION', {
  fromNode: ULONG,
  fromNodePin: ULONG,
  toNode: ULONG,
  toNodePin: ULONG,
});

const SET = KSPROPSETID.Topology;

export const KSPROPERTY_TOPOLOGY = {
  CATEGORIES: property(SET, 0, 'KSPROPERTY_TOPOLOGY_CATEGORIES', INPUT.K, multipleItem(GUID_LAYOUT)),
  NODES: property(SET, 1, 'KSPROPERTY_TOPOLOGY_NODES', INPUT.K, multipleItem(GUID_LAYOUT)),
  CONNECTIONS: property<undefined, readonly Connection[]>(
    SET,
    2,
    'KSPROPERTY_TOPOLOGY_CONNECTIONS',
    INPUT.K,
    multipleItem(connectionLayout),
  ),
  /** The input is a KSP_NODE: the node whose name is asked. */
  NAME: property(SET, 3, 'KSPROPERTY_TOPOLOGY_NAME', INPUT.N, UTF16),
} as const;

const NODE_SET = KSPROPSETID.TopologyNode;

/** Any node may take these; only TRUE acts on a reset. */
export const KSPROPERTY_TOPOLOGYNODE = {
  ENABLE: property(NODE_SET, 1, 'KSPROPERTY_TOPOLOGYNODE_ENABLE', INPUT.N, BOOL),
  RESET: property(NODE_SET, 2, 'KSPROPERTY_TOPOLOGYNODE_RESET', INPUT.N, BOOL),
} as const;
