import { propertyItem, type PropertyItem } from '../property.ts';
import { CPU_RESOURCES, KSPROPERTY_AUDIO } from '../properties/audio.ts';

/** KSPROPERTY_AUDIO_CPU_RESOURCES: whether the node's work is done by the host's processor. Get only. */
export function cpuResourcesItem(where: keyof typeof CPU_RESOURCES): PropertyItem {
  return propertyItem({
    property: KSPROPERTY_AUDIO.CPU_RESOURCES,
    get: () => CPU_RESOURCES[where],
    basicSupport: () => ({ valueType: 'VT_UI4' }),
  });
}
