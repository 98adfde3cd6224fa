import { acceptsFormat } from '../ks/intersection.ts';
import type { DataFormat } from '../ks/format.ts';
import type { Guid } from '../ks/guid.ts';
import type { ConnectOptions, PinInstance } from '../ks/pin.ts';
import { KsError } from '../ks/status.ts';
import type { PortCls } from '../portcls/portcls.ts';

/** Which pin a client wants. */
export interface WantedPin<Client> {
  /** KSCATEGORY of its filter. */
  readonly category: Guid;
  readonly dataFlow: 'IN' | 'OUT';
  readonly format: DataFormat;
  readonly options: ConnectOptions | undefined;
  /** What is said when there are such filters, but none of their pins can have the format. */
  readonly missing: string;
  /** Undefined for a stream that the client cannot use: the pin is closed again. */
  client(pin: PinInstance): Client | undefined;
}

/**
 * Opens the first pin, in the order of the adapters, that takes or gives a format and whose stream the client can use.
 * Specification 5.
 *
 * @throws KsError STATUS_NOT_FOUND when there is none, or the failing status of the last pin tried
 */
export function openFirstWavePin<Client>(portCls: PortCls, wanted: WantedPin<Client>): Client {
  const filters = portCls.adapters
    .flatMap(({ subdevices }) => subdevices)
    .filter(({ categories }) => categories.includes(wanted.category));
  let refusal: KsError | undefined;
  for (const { filter } of filters) {
    for (const [pinId, { dataFlow, dataRanges }] of filter.descriptor.pins.entries()) {
      if (dataFlow !== wanted.dataFlow) continue;
      if (!dataRanges.some((range) => acceptsFormat(range, wanted.format))) continue;
      try {
        const pin = filter.createPin(pinId, wanted.format, wanted.options);
        const client = wanted.client(pin);
        if (client !== undefined) return client;
        pin.close();
      } catch (error) {
        if (!(error instanceof KsError)) throw error;
        refusal = error;
      }
    }
  }
  const missing = filters.length > 0 ? wanted.missing : 'The sound card is not there at the moment.';
  throw refusal ?? new KsError('STATUS_NOT_FOUND', missing);
}
