import {
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_SUBTYPE,
  KSDATAFORMAT_TYPE,
  pcmFormat,
  type DataFormat,
  type DataRange,
} from '../ks/format.ts';
import { acceptsFormat } from '../ks/intersection.ts';
import type { PinInstance } from '../ks/pin.ts';
import type { PortCls } from '../portcls/portcls.ts';
import { deviceFilters, deviceName, openFirst, type DeviceFilter } from './deviceFilters.ts';
import { asMmResult, MmError } from './mmResult.ts';
import { NAME_LENGTH, truncateName } from './names.ts';

/** waveOut and waveIn devices. Specification 5, 3.10. */

/** The rates of the WAVE_FORMAT_* bits; each takes four bits: mono 8, stereo 8, mono 16 and stereo 16 bits. */
const FORMAT_RATES = [11_025, 22_050, 44_100, 48_000, 96_000];

/** WAVEOUTCAPS or WAVEINCAPS. */
export interface WaveCaps {
  readonly name: string;
  readonly productName: string;
  /** WAVE_FORMAT_* bits: the PCM formats every program knows that some pin takes. */
  readonly formats: number;
  readonly channels: number;
}

/** One waveOut or waveIn device: the filter's stream pins behind one id. */
export class WaveDevice {
  readonly #device: DeviceFilter;
  readonly caps: WaveCaps;

  constructor(device: DeviceFilter) {
    this.#device = device;
    const name = deviceName(device);
    this.caps = {
      name,
      productName: truncateName(name, NAME_LENGTH.PRODUCT),
      formats: formatBits((format) => this.#takes(format).length > 0),
      channels: Math.max(
        0,
        ...device.pins.flatMap(({ ranges }) =>
          ranges.filter(isPcm).map((range) => range.audio?.maximumChannels ?? 0),
        ),
      ),
    };
  }

  /**
   * waveOutOpen, waveInOpen: opens the first pin that takes the format and has a free instance. PCM and non-PCM
   * formats have pins of their own.
   * @throws MmError WAVERR_BADFORMAT when no pin takes the format, MMSYSERR_ALLOCATED without a free instance,
   *   MMSYSERR_NODRIVER when the filter is gone
   */
  open(format: DataFormat): PinInstance {
    const pins = this.#takes(format);
    if (pins.length === 0) {
      throw new MmError('WAVERR_BADFORMAT', `“${this.caps.name}” does not take this format.`);
    }
    return asMmResult(() => openFirst(this.#device, pins, format));
  }

  #takes(format: DataFormat): number[] {
    return this.#device.pins
      .filter(({ ranges }) => ranges.some((range) => acceptsFormat(range, format)))
      .map(({ pinId }) => pinId);
  }
}

/** waveOutGetNumDevs and waveOutGetDevCaps: the index is the device id. */
export function waveOutDevices(portCls: PortCls): WaveDevice[] {
  return deviceFilters(portCls, 'IN', isWave).map((device) => new WaveDevice(device));
}

/** waveInGetNumDevs and waveInGetDevCaps. */
export function waveInDevices(portCls: PortCls): WaveDevice[] {
  return deviceFilters(portCls, 'OUT', isWave).map((device) => new WaveDevice(device));
}

function isWave(range: DataRange): boolean {
  return (
    range.majorFormat === KSDATAFORMAT_TYPE.AUDIO &&
    range.specifier === KSDATAFORMAT_SPECIFIER.WAVEFORMATEX &&
    range.audio !== undefined
  );
}

function isPcm(range: DataRange): boolean {
  return range.subFormat === KSDATAFORMAT_SUBTYPE.PCM;
}

function formatBits(takes: (format: DataFormat) => boolean): number {
  let bits = 0;
  FORMAT_RATES.forEach((rate, row) => {
    [8, 16].forEach((depth, half) => {
      [1, 2].forEach((channels, place) => {
        if (takes(pcmFormat(channels, rate, depth))) bits |= 1 << (row * 4 + half * 2 + place);
      });
    });
  });
  return bits;
}
