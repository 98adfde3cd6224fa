import { PinwheelError } from '../../../contract/errors.ts';
import { chain, filterPin, type FilterDescriptor } from '../../engine/ks/descriptor.ts';
import { streamPin, wirePin } from '../../engine/ks/pinDescriptors.ts';
import {
  audioRange,
  KSDATAFORMAT_SUBTYPE,
  type AudioLimits,
  type DataFormat,
} from '../../engine/ks/format.ts';
import { KSCATEGORY, KSNODETYPE, PINNAME_CAPTURE } from '../../engine/ks/guid.ts';
import { cpuResourcesItem } from '../../engine/ks/nodes/cpuResources.ts';
import { AutomationTable } from '../../engine/ks/property.ts';
import { KsError } from '../../engine/ks/status.ts';
import type {
  DeviceDescription,
  MiniportWaveRT,
  PortWaveRTStream,
} from '../../engine/portcls/ports/waveRT.ts';
import { intersectPcm, recordOfFormat } from '../../engine/portcls/wave/pcmFormats.ts';
import { CapturePinStream } from './capturePinStream.ts';
import type { CardHardware } from './cardHardware.ts';

/** Pin ids of the filter. */
export const PCM_IN_PIN = 0;
export const ADC_LINK_PIN = 1;

/** Streams that record at the same time, each in its own format. */
const MAX_STREAMS = 16;
const PCM: AudioLimits = {
  maximumChannels: 2,
  minimumBitsPerSample: 8,
  maximumBitsPerSample: 32,
  minimumSampleFrequency: 8_000,
  maximumSampleFrequency: 192_000,
};
const FLOAT: AudioLimits = { ...PCM, minimumBitsPerSample: 32 };

/**
 * The card's capture filter, a miniport of the WaveRT port: what comes from the capture topology is given to every
 * instance of its pin, brought to the instance's rate, width and channels. Specification 3.6, 9.5.
 */
export class WaveCaptureMiniport implements MiniportWaveRT {
  readonly #hardware: CardHardware;
  readonly dataRangeIntersection = intersectPcm;

  constructor(hardware: CardHardware) {
    this.#hardware = hardware;
  }

  init(): void {
    // Streams carry everything.
  }

  getDescription(): FilterDescriptor {
    const automation = new AutomationTable([cpuResourcesItem('HOST_CPU')]);
    return {
      pins: [
        streamPin(MAX_STREAMS, {
          dataFlow: 'OUT',
          dataRanges: [
            audioRange(KSDATAFORMAT_SUBTYPE.PCM, PCM),
            audioRange(KSDATAFORMAT_SUBTYPE.IEEE_FLOAT, FLOAT),
          ],
          category: PINNAME_CAPTURE,
          nameText: 'PCM In',
        }),
        wirePin({ dataFlow: 'IN', category: KSNODETYPE.ANALOG_CONNECTOR }),
      ],
      nodes: [{ type: KSNODETYPE.ADC, name: null, automation }],
      connections: chain(filterPin(ADC_LINK_PIN), [0], filterPin(PCM_IN_PIN)),
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.CAPTURE, KSCATEGORY.REALTIME],
    };
  }

  newStream(
    _port: PortWaveRTStream,
    _pinId: number,
    _capture: boolean,
    format: DataFormat,
  ): CapturePinStream {
    const record = recordOfFormat(format);
    try {
      return new CapturePinStream(this.#hardware.openCapture(record), format);
    } catch (error) {
      if (!(error instanceof PinwheelError)) throw error;
      throw new KsError('STATUS_DEVICE_NOT_READY', error.message);
    }
  }

  getDeviceDescription(): DeviceDescription {
    return {
      scatterGather: false,
      dma32BitAddresses: false,
      dma64BitAddresses: true,
      maximumLength: 0xffffffff,
    };
  }
}
