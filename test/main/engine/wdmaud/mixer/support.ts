import type { MixerControl, MixerLine } from '../../../../../src/contract/services/mixer.ts';
import type { FilterDescriptor } from '../../../../../src/main/engine/ks/descriptor.ts';
import type { AdapterDevice } from '../../../../../src/main/engine/portcls/adapter.ts';
import type { PortCls } from '../../../../../src/main/engine/portcls/portcls.ts';
import { MixerDevice } from '../../../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { install, testPortCls } from '../../../../support/testFilters.ts';

export function openMixer(adapter: AdapterDevice, portCls: PortCls): MixerDevice {
  const meters = new Map<string, number>();
  return new MixerDevice(adapter, portCls, (key) => {
    if (!meters.has(key)) meters.set(key, meters.size);
    return meters.get(key)!;
  });
}

/** A mixer device over an adapter with these topology filters, in this order. */
export function mixerOf(...filters: readonly [name: string, descriptor: FilterDescriptor][]) {
  const portCls = testPortCls();
  const adapter = portCls.addAdapterDevice({ id: 'test', name: 'Test', maxObjects: 64 });
  for (const [name, descriptor] of filters) install(portCls, adapter, name, descriptor);
  return { portCls, adapter, device: openMixer(adapter, portCls) };
}

/** A line as the specification's tables write it: id, component, target, controls with id, type and node. */
function row(line: MixerLine): string {
  const control = ({ id, type, node }: MixerControl) => `${id}:${type}@${node.node}`;
  return [line.id.toString(16), line.component, line.target, ...line.controls.map(control)].join(' ');
}

export function rows({ destinations }: MixerDevice) {
  return destinations.map((line) => ({ line: row(line), sources: line.sources.map(row) }));
}

export function allControls({ destinations }: MixerDevice): MixerControl[] {
  return destinations.flatMap((line) => [line, ...line.sources]).flatMap((line) => line.controls);
}
