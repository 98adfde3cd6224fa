import { propertyItem, type PropertyContext, type PropertyItem } from '../property.ts';
import { KSPROPERTY_TOPOLOGYNODE } from '../properties/topology.ts';
import { nodeSwitchItem, type NodeRegister } from './register.ts';

/** KSPROPSETID_TopologyNode, which any node may take. Specification 2.4. */

/**
 * KSPROPERTY_TOPOLOGYNODE_ENABLE: FALSE = the node passes its stream through unchanged. Enabling twice is harmless:
 * `write` is not called for the state the node is in.
 */
export function enableItem(register: NodeRegister<boolean>): PropertyItem {
  return nodeSwitchItem(KSPROPERTY_TOPOLOGYNODE.ENABLE, {
    ...register,
    write: (enabled, context) => {
      if (register.read(context) !== enabled) register.write(enabled, context);
    },
  });
}

/** KSPROPERTY_TOPOLOGYNODE_RESET: set only; FALSE succeeds without effect. */
export function resetItem(reset: (context: PropertyContext) => void): PropertyItem {
  return propertyItem({
    property: KSPROPERTY_TOPOLOGYNODE.RESET,
    set: (_instance, act, context) => {
      if (act) reset(context);
    },
    basicSupport: () => ({ valueType: 'VT_BOOL' }),
  });
}
