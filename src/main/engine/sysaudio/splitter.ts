import { connection, filterPin, UNLIMITED_INSTANCES, type FilterDescriptor } from '../ks/descriptor.ts';
import { streamPin } from '../ks/pinDescriptors.ts';
import { KSDATAFORMAT_TYPE, WILDCARD, type DataFormat, type DataRange } from '../ks/format.ts';
import { KSCATEGORY, PINNAME_CAPTURE } from '../ks/guid.ts';
import type { PinInstanceParts } from '../ks/pin.ts';
import { KsError } from '../ks/status.ts';
import { sameFormat } from './formats.ts';
import { openSoftwareFilter, type SoftwareFilterClass } from './softwareFilter.ts';

/**
 * The splitter: copies one capture stream, whatever its format, to several readers. Every copy has the format of what
 * comes in. Specification 5. The graph half; the copying is the data path's.
 */

/** Pin ids of the filter. */
export const SPLITTER_PIN = { SINK: 0, SOURCE: 1 } as const;

const ANY_AUDIO: DataRange = {
  majorFormat: KSDATAFORMAT_TYPE.AUDIO,
  subFormat: WILDCARD,
  specifier: WILDCARD,
};

const descriptor: FilterDescriptor = {
  pins: [
    {
      maxGlobalInstances: UNLIMITED_INSTANCES,
      maxFilterInstances: 1,
      minFilterInstances: 1,
      dataFlow: 'IN',
      communication: 'SOURCE',
      dataRanges: [ANY_AUDIO],
      category: KSCATEGORY.AUDIO,
      name: null,
    },
    streamPin(UNLIMITED_INSTANCES, { dataFlow: 'OUT', dataRanges: [ANY_AUDIO], category: PINNAME_CAPTURE }),
  ],
  nodes: [],
  connections: [connection(filterPin(SPLITTER_PIN.SINK), filterPin(SPLITTER_PIN.SOURCE))],
  categories: [KSCATEGORY.AUDIO, KSCATEGORY.CAPTURE],
};

export const splitter: SoftwareFilterClass = {
  name: 'Splitter',
  descriptor,
  open(label, services) {
    let incoming: DataFormat | undefined;
    const createPin = (pinId: number, format: DataFormat): PinInstanceParts => {
      if (pinId === SPLITTER_PIN.SINK) incoming = format;
      else if (!incoming || !sameFormat(incoming, format)) {
        throw new KsError('STATUS_NO_MATCH', 'A splitter gives every reader the format that comes in.');
      }
      return { stream: undefined, setState: () => undefined, close: () => undefined };
    };
    return openSoftwareFilter({
      name: `${splitter.name} (${label})`,
      descriptor,
      services,
      target: undefined,
      createPin,
    });
  },
};
