import { MAX_HRTF_STREAMS } from '../../../contract/waveMix.ts';
import {
  chain,
  connection,
  filterPin,
  type FilterDescriptor,
  type NodeDescriptor,
} from '../../engine/ks/descriptor.ts';
import { jackPin, streamPin, wirePin } from '../../engine/ks/pinDescriptors.ts';
import {
  ANALOG_RANGE,
  audioRange,
  KSDATAFORMAT_SUBTYPE,
  type AudioLimits,
  type DataFormat,
  type DataRange,
} from '../../engine/ks/format.ts';
import { guid, KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../engine/ks/guid.ts';
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
import { BURST_JACK_RANGES, BURST_RANGES, intersectBursts } from '../../engine/portcls/wave/burstFormats.ts';
import { intersectPcm, recordOfFormat } from '../../engine/portcls/wave/pcmFormats.ts';
import { CardPartMiniport } from './cardPart.ts';
import type { CardHardware } from './cardHardware.ts';
import { hardwareRefusal } from './hardwareRefusal.ts';
import { MOST_CHANNELS, WaveMixer } from './waveMixer.ts';
import { WAVE_NODE, waveNodes } from './waveNodes.ts';
import { WavePinStream } from './wavePinStream.ts';

/** Pin ids of the filter. */
export const PCM_OUT_PIN = 0;
export const WAVE_LINK_PIN = 1;
export const NON_PCM_OUT_PIN = 2;
export const SPDIF_JACK_PIN = 3;

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

/** Names of the non-PCM pin and of its jack; no KSAUDFNAME means them. */
const NON_PCM_OUT = guid('2B6A3D60-6C1E-4D0B-9A55-3F0E4A7C9D21');
const SPDIF_OUT = guid('C1D7F7B2-55E0-4C55-8B0E-6D0F2C7A4E93');

/**
 * The card's wave filter, a miniport of the WaveRT port: PCM streams, each through its volume, its place in space, its
 * mix, its pan and its converter to the output's rate, are summed and leave on a wired pin for the render topology. All
 * of that is done in the device host's render thread, and so are the cyclic buffers. Coded sound has a pin of its own,
 * which leads to the S/PDIF jack and nowhere else. Specification 2.5, 3.6, 3.10.
 */
export class WaveMiniport extends CardPartMiniport implements MiniportWaveRT {
  readonly #hardware: CardHardware;
  readonly #wire: DataRange;
  readonly #mixer: WaveMixer;
  #events: PortEvents | undefined;

  /** `wire`: what goes to the render topology; a converter stands before an analog one. */
  constructor(hardware: CardHardware, wire: DataRange) {
    super(hardware, 'wave');
    this.#hardware = hardware;
    this.#wire = wire;
    this.#mixer = new WaveMixer(hardware, wire === ANALOG_RANGE ? MAX_HRTF_STREAMS : 0);
  }

  init({ port }: MiniportInit<PortWaveRT>): void {
    this.#events = port.events;
  }

  getDescription(): FilterDescriptor {
    const { VOLUME, SPACE, SUPERMIX, PAN, RATE, SUM } = WAVE_NODE;
    const nodes = waveNodes(this.#mixer, (node) => this.#events?.generate(node));
    // Of a PCM wire, the converter stands behind the sum of the render topology.
    const converter = this.#wire === ANALOG_RANGE ? [nodes.push(DAC) - 1] : [];
    return {
      pins: [
        streamPin(MAX_STREAMS, {
          dataFlow: 'IN',
          dataRanges: (['WAVEFORMATEX', 'DSOUND'] as const).flatMap((specifier) => [
            audioRange(KSDATAFORMAT_SUBTYPE.PCM, PCM, specifier),
            audioRange(KSDATAFORMAT_SUBTYPE.IEEE_FLOAT, FLOAT, specifier),
          ]),
          category: KSCATEGORY.AUDIO,
          name: KSAUDFNAME.WAVE_OUT_MIX,
          nameText: 'PCM Out',
        }),
        wirePin({
          dataFlow: 'OUT',
          dataRanges: [this.#wire],
          category: KSNODETYPE.LEGACY_AUDIO_CONNECTOR,
        }),
        streamPin(1, {
          dataFlow: 'IN',
          dataRanges: BURST_RANGES,
          category: KSCATEGORY.AUDIO,
          name: NON_PCM_OUT,
          nameText: 'Non-PCM Out',
        }),
        jackPin({
          dataFlow: 'OUT',
          dataRanges: BURST_JACK_RANGES,
          category: KSNODETYPE.SPDIF_INTERFACE,
          name: SPDIF_OUT,
          nameText: 'S/PDIF',
        }),
      ],
      nodes,
      connections: [
        ...chain(
          filterPin(PCM_OUT_PIN),
          [VOLUME, SPACE, SUPERMIX, PAN, RATE, SUM, ...converter],
          filterPin(WAVE_LINK_PIN),
        ),
        connection(filterPin(NON_PCM_OUT_PIN), filterPin(SPDIF_JACK_PIN)),
      ],
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.REALTIME],
    };
  }

  dataRangeIntersection(pinId: number, client: DataRange, pin: DataRange): DataFormat {
    return pinId === NON_PCM_OUT_PIN ? intersectBursts(pinId, client, pin) : intersectPcm(pinId, client, pin);
  }

  /**
   * @throws KsError STATUS_NO_MATCH for samples that there are not, or a 3D buffer of more than one channel,
   *   STATUS_DEVICE_NOT_READY without an output, STATUS_UNSUCCESSFUL while others have it
   */
  newStream(_port: PortWaveRTStream, pinId: number, _capture: boolean, format: DataFormat): WavePinStream {
    const record = recordOfFormat(format);
    const control = format.dsound?.control ?? 0;
    if (control & KSDSOUND_BUFFER_CTRL_3D && record.channels > 1) {
      throw new KsError('STATUS_NO_MATCH', 'A buffer that is placed in space has one channel.');
    }
    const hardware = this.#hardware;
    try {
      if (pinId === NON_PCM_OUT_PIN) {
        return new WavePinStream(hardware.openSpdif(record), format, undefined, {
          get latency() {
            return hardware.spdifLatency;
          },
          now: () => hardware.now(),
        });
      }
      const stream = hardware.openWave('wave', record);
      const instance = this.#mixer.open(stream, format);
      return new WavePinStream(stream, format, instance, hardware);
    } catch (error) {
      throw hardwareRefusal(error);
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
