import type { DataFlow, PinDescriptor } from '../ks/descriptor.ts';
import type { DataFormat, DataRange } from '../ks/format.ts';
import type { PinInstance } from '../ks/pin.ts';
import { KsError } from '../ks/status.ts';
import type { PortCls } from '../portcls/portcls.ts';
import type { Subdevice } from '../portcls/subdevice.ts';

/** A filter as a wave or MIDI client device: its stream pins of one direction that carry the wanted kind of data. */
export interface DeviceFilter {
  readonly subdevice: Subdevice;
  /** Ascending; the first is the one asked first. */
  readonly pins: readonly { readonly pinId: number; readonly ranges: readonly DataRange[] }[];
}

/**
 * One entry per filter with such a pin, in discovery order; its index is the client device's id.
 * `wanted` judges single data ranges.
 */
export function deviceFilters(
  portCls: PortCls,
  dataFlow: DataFlow,
  wanted: (range: DataRange) => boolean,
): DeviceFilter[] {
  return portCls.adapters
    .flatMap(({ subdevices }) => subdevices)
    .map((subdevice) => ({
      subdevice,
      pins: subdevice.filter.descriptor.pins.flatMap((pin, pinId) => {
        const ranges = isStreamPin(pin, dataFlow) ? pin.dataRanges.filter(wanted) : [];
        return ranges.length > 0 ? [{ pinId, ranges }] : [];
      }),
    }))
    .filter(({ pins }) => pins.length > 0);
}

/** A pin clients can open: it takes part in IRP traffic and may have instances. */
function isStreamPin(pin: PinDescriptor, dataFlow: DataFlow): boolean {
  return (
    pin.dataFlow === dataFlow &&
    pin.communication !== 'NONE' &&
    pin.communication !== 'BRIDGE' &&
    pin.maxFilterInstances !== 0
  );
}

/** What people read: the adapter and the filter's name on it. */
export function deviceName({ subdevice }: DeviceFilter): string {
  return `${subdevice.adapter.name} ${subdevice.name}`;
}

/** Opens the first of the pins that has a free instance. @throws KsError of the last one tried */
export function openFirst(
  { subdevice }: DeviceFilter,
  pinIds: readonly number[],
  format: DataFormat,
): PinInstance {
  let refusal: KsError | undefined;
  for (const pinId of pinIds) {
    try {
      return subdevice.filter.createPin(pinId, format);
    } catch (error) {
      if (!(error instanceof KsError)) throw error;
      refusal = error;
    }
  }
  throw refusal ?? new KsError('STATUS_NOT_FOUND', `“${subdevice.name}” has no such pin.`);
}
