import { PinwheelError } from '../../../contract/errors.ts';
import {
  connection,
  filterPin,
  nodePin,
  NODE_PIN,
  type FilterDescriptor,
  type NodeDescriptor,
} from '../../engine/ks/descriptor.ts';
import {
  ANALOG_RANGE,
  audioRange,
  KSDATAFORMAT_SUBTYPE,
  type AudioLimits,
  type DataFormat,
  type DataRange,
} from '../../engine/ks/format.ts';
import { KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../engine/ks/guid.ts';
import { cpuResourcesItem } from '../../engine/ks/nodes/cpuResources.ts';
import { AutomationTable } from '../../engine/ks/property.ts';
import { KsError } from '../../engine/ks/status.ts';
import type {
  DeviceDescription,
  MiniportWaveRT,
  PortWaveRTStream,
} from '../../engine/portcls/ports/waveRT.ts';
import { intersectPcm, recordOfFormat } from '../../engine/portcls/wave/pcmFormats.ts';
import type { CardHardware } from './cardHardware.ts';
import { WavePinStream } from './wavePinStream.ts';

/** Pin ids of the filter. */
export const PCM_OUT_PIN = 0;
export const WAVE_LINK_PIN = 1;

/** Instances that are mixed at the same time. */
const MAX_STREAMS = 64;
const RATES = { minimumSampleFrequency: 8_000, maximumSampleFrequency: 192_000 } as const;
const PCM: AudioLimits = {
  maximumChannels: 8,
  minimumBitsPerSample: 8,
  maximumBitsPerSample: 32,
  ...RATES,
};
const FLOAT: AudioLimits = { ...PCM, minimumBitsPerSample: 32 };
const DAC: NodeDescriptor = { type: KSNODETYPE.DAC, name: null };

/**
 * The card's wave filter, a miniport of the WaveRT port: PCM streams, each brought to the output's rate and channels,
 * are summed and leave on a wired pin for the render topology. Conversion and sum are in the device host's render
 * thread, and so are the cyclic buffers. Specification 3.6, 2.5.
 */
export class WaveMiniport implements MiniportWaveRT {
  readonly #hardware: CardHardware;
  readonly #wire: DataRange;
  readonly dataRangeIntersection = intersectPcm;

  /** `wire`: what goes to the render topology; a converter stands before an analog one. */
  constructor(hardware: CardHardware, wire: DataRange) {
    this.#hardware = hardware;
    this.#wire = wire;
  }

  init(): void {
    // Streams carry everything.
  }

  getDescription(): FilterDescriptor {
    const automation = new AutomationTable([cpuResourcesItem('HOST_CPU')]);
    const analog = this.#wire === ANALOG_RANGE;
    return {
      pins: [
        {
          maxGlobalInstances: MAX_STREAMS,
          maxFilterInstances: MAX_STREAMS,
          minFilterInstances: 0,
          dataFlow: 'IN',
          communication: 'SINK',
          dataRanges: [
            audioRange(KSDATAFORMAT_SUBTYPE.PCM, PCM),
            audioRange(KSDATAFORMAT_SUBTYPE.IEEE_FLOAT, FLOAT),
          ],
          category: KSCATEGORY.AUDIO,
          name: KSAUDFNAME.WAVE_OUT_MIX,
          nameText: 'PCM Out',
        },
        {
          maxGlobalInstances: 0,
          maxFilterInstances: 0,
          minFilterInstances: 0,
          dataFlow: 'OUT',
          communication: 'NONE',
          dataRanges: [this.#wire],
          category: KSNODETYPE.LEGACY_AUDIO_CONNECTOR,
          name: null,
        },
      ],
      nodes: [{ type: KSNODETYPE.SRC, name: null, automation }, ...(analog ? [DAC] : [])],
      // Instances are summed on the wire: a sum node here would be where the mixer's line ends, before its fader.
      connections: [
        connection(filterPin(PCM_OUT_PIN), nodePin(0, NODE_PIN.IN)),
        ...(analog ? [connection(nodePin(0, NODE_PIN.OUT), nodePin(1, NODE_PIN.IN))] : []),
        connection(nodePin(analog ? 1 : 0, NODE_PIN.OUT), filterPin(WAVE_LINK_PIN)),
      ],
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.REALTIME],
    };
  }

  newStream(_port: PortWaveRTStream, _pinId: number, _capture: boolean, format: DataFormat): WavePinStream {
    const record = recordOfFormat(format);
    try {
      return new WavePinStream(this.#hardware.openWave('wave', record), format, () => this.#hardware.latency);
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
