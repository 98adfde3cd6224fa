import { PinwheelError } from '../../../contract/errors.ts';
import { MAX_HRTF_STREAMS } from '../../../contract/waveMix.ts';
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
import type { PortEvents } from '../../engine/ks/event.ts';
import { KSDSOUND_BUFFER_CTRL_3D } from '../../engine/ks/properties/sound3d.ts';
import { KsError } from '../../engine/ks/status.ts';
import type {
  DeviceDescription,
  MiniportWaveRT,
  PortWaveRT,
  PortWaveRTStream,
} from '../../engine/portcls/ports/waveRT.ts';
import type { MiniportInit } from '../../engine/portcls/ports/port.ts';
import { intersectPcm, recordOfFormat } from '../../engine/portcls/wave/pcmFormats.ts';
import type { CardHardware } from './cardHardware.ts';
import { MOST_CHANNELS, WaveMixer } from './waveMixer.ts';
import { WAVE_NODE, waveNodes } from './waveNodes.ts';
import { WavePinStream } from './wavePinStream.ts';

/** Pin ids of the filter. */
export const PCM_OUT_PIN = 0;
export const WAVE_LINK_PIN = 1;

/** Instances that are mixed at the same time. */
const MAX_STREAMS = 64;
const RATES = { minimumSampleFrequency: 8_000, maximumSampleFrequency: 192_000 } as const;
const PCM: AudioLimits = {
  maximumChannels: MOST_CHANNELS,
  minimumBitsPerSample: 8,
  maximumBitsPerSample: 32,
  ...RATES,
};
const FLOAT: AudioLimits = { ...PCM, minimumBitsPerSample: 32 };
const DAC: NodeDescriptor = { type: KSNODETYPE.DAC, name: null };

/**
 * The card's wave filter, a miniport of the WaveRT port: PCM streams, each through its volume, its place in space, its
 * mix, its pan and its converter to the output's rate, are summed and leave on a wired pin for the render topology. All
 * of that is done in the device host's render thread, and so are the cyclic buffers. Specification 2.5, 3.6.
 */
export class WaveMiniport implements MiniportWaveRT {
  readonly #hardware: CardHardware;
  readonly #wire: DataRange;
  readonly #mixer: WaveMixer;
  #events: PortEvents | undefined;
  readonly dataRangeIntersection = intersectPcm;

  /** `wire`: what goes to the render topology; a converter stands before an analog one. */
  constructor(hardware: CardHardware, wire: DataRange) {
    this.#hardware = hardware;
    this.#wire = wire;
    this.#mixer = new WaveMixer(hardware, wire === ANALOG_RANGE ? MAX_HRTF_STREAMS : 0);
  }

  init({ port }: MiniportInit<PortWaveRT>): void {
    this.#events = port.events;
  }

  getDescription(): FilterDescriptor {
    const { VOLUME, SPACE, SUPERMIX, PAN, RATE, SUM } = WAVE_NODE;
    const into = (node: number) => nodePin(node, NODE_PIN.IN);
    const outOf = (node: number) => nodePin(node, NODE_PIN.OUT);
    const nodes = waveNodes(this.#mixer, (node) => this.#events?.generate(node));
    // Of a PCM wire, the converter stands behind the sum of the render topology.
    const last = this.#wire === ANALOG_RANGE ? nodes.push(DAC) - 1 : SUM;
    return {
      pins: [
        {
          maxGlobalInstances: MAX_STREAMS,
          maxFilterInstances: MAX_STREAMS,
          minFilterInstances: 0,
          dataFlow: 'IN',
          communication: 'SINK',
          dataRanges: (['WAVEFORMATEX', 'DSOUND'] as const).flatMap((specifier) => [
            audioRange(KSDATAFORMAT_SUBTYPE.PCM, PCM, specifier),
            audioRange(KSDATAFORMAT_SUBTYPE.IEEE_FLOAT, FLOAT, specifier),
          ]),
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
      nodes,
      connections: [
        connection(filterPin(PCM_OUT_PIN), into(VOLUME)),
        connection(outOf(VOLUME), into(SPACE)),
        connection(outOf(SPACE), into(SUPERMIX)),
        connection(outOf(SUPERMIX), into(PAN)),
        connection(outOf(PAN), into(RATE)),
        connection(outOf(RATE), nodePin(SUM, NODE_PIN.FIRST_INPUT)),
        ...(last === SUM ? [] : [connection(outOf(SUM), into(last))]),
        connection(outOf(last), filterPin(WAVE_LINK_PIN)),
      ],
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.REALTIME],
    };
  }

  /**
   * @throws KsError STATUS_NO_MATCH for samples that there are not, or a 3D buffer of more than one channel,
   *   STATUS_DEVICE_NOT_READY without an output
   */
  newStream(_port: PortWaveRTStream, _pinId: number, _capture: boolean, format: DataFormat): WavePinStream {
    const record = recordOfFormat(format);
    const control = format.dsound?.control ?? 0;
    if (control & KSDSOUND_BUFFER_CTRL_3D && record.channels > 1) {
      throw new KsError('STATUS_NO_MATCH', 'A buffer that is placed in space has one channel.');
    }
    try {
      const stream = this.#hardware.openWave('wave', record);
      const instance = this.#mixer.open(stream, format);
      return new WavePinStream(stream, format, instance, this.#hardware);
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
