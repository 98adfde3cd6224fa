import type { DataFlow } from '../ks/descriptor.ts';
import { pcmFormat, type DataFormat, type DataRange } from '../ks/format.ts';
import type { Subdevice } from '../portcls/subdevice.ts';
import type { AudioGraph } from '../sysaudio/audioGraph.ts';
import { isHostPin, type PinVertex } from '../sysaudio/deviceGraph.ts';
import { accepts, isPcmRange, isWaveRange } from '../sysaudio/formats.ts';
import type { SysAudio } from '../sysaudio/sysAudio.ts';
import { MIXER_RANGES } from '../sysaudio/systemMixer.ts';
import { MmError } from './mmResult.ts';
import { deviceNames, openHostPin, type DeviceNames } from './streamDevice.ts';

/** waveOut and waveIn devices. Specification 5, 3.10. */

/** The rates of the WAVE_FORMAT_* bits; each takes four bits: mono 8, stereo 8, mono 16 and stereo 16 bits. */
const FORMAT_RATES = [11_025, 22_050, 44_100, 48_000, 96_000];

/** WAVEOUTCAPS or WAVEINCAPS. */
export interface WaveCaps extends DeviceNames {
  /** WAVE_FORMAT_* bits: the formats every program knows, as far as the hardware or the system mixer takes them. */
  readonly formats: number;
  /** Of the hardware's PCM formats; 0 without any. */
  readonly channels: number;
}

/** One waveOut or waveIn device: the host pins of a filter behind one id. */
export class WaveDevice {
  readonly caps: WaveCaps;
  readonly #sysAudio: SysAudio;
  readonly #hosts: readonly PinVertex[];

  constructor(sysAudio: SysAudio, hosts: readonly [PinVertex, ...PinVertex[]]) {
    this.#sysAudio = sysAudio;
    this.#hosts = hosts;
    const pcm = hosts.flatMap(({ pin }) => pin.dataRanges.filter(isPcmRange));
    this.caps = {
      ...deviceNames(hosts[0]),
      formats: formatBits((format) => this.#takers(format).length > 0),
      channels: Math.max(0, ...pcm.map((range) => range.audio?.maximumChannels ?? 0)),
    };
  }

  /**
   * waveOutOpen, waveInOpen: opens the first pin that takes the format. PCM and non-PCM formats have pins of their
   * own; what a PCM pin does not take itself goes through the system mixer.
   * @throws MmError WAVERR_BADFORMAT when no pin takes the format, MMSYSERR_ALLOCATED without a free instance,
   *   MMSYSERR_NODRIVER when the filter is gone
   */
  open(format: DataFormat): AudioGraph {
    const takers = this.#takers(format);
    if (takers.length === 0) {
      throw new MmError('WAVERR_BADFORMAT', `“${this.caps.name}” does not take this format.`);
    }
    return openHostPin(this.#sysAudio, takers, format);
  }

  #takers(format: DataFormat): PinVertex[] {
    return this.#hosts.filter(({ pin }) => accepts(rangesWithMixer(pin.dataRanges), format));
  }
}

/** waveOutGetNumDevs and waveOutGetDevCaps: one device per filter; the index is the device id. */
export function waveOutDevices(sysAudio: SysAudio): WaveDevice[] {
  return waveDevices(sysAudio, 'IN');
}

/** waveInGetNumDevs and waveInGetDevCaps. */
export function waveInDevices(sysAudio: SysAudio): WaveDevice[] {
  return waveDevices(sysAudio, 'OUT');
}

function waveDevices(sysAudio: SysAudio, dataFlow: DataFlow): WaveDevice[] {
  const byFilter = new Map<Subdevice, [PinVertex, ...PinVertex[]]>();
  for (const host of sysAudio.graph.pins) {
    const { pin, subdevice } = host;
    if (pin.dataFlow !== dataFlow || !isHostPin(pin) || !pin.dataRanges.some(isWaveRange)) continue;
    const hosts = byFilter.get(subdevice);
    if (hosts) hosts.push(host);
    else byFilter.set(subdevice, [host]);
  }
  return [...byFilter.values()].map((hosts) => new WaveDevice(sysAudio, hosts));
}

/** The system mixer stands in front of every pin that takes PCM. */
function rangesWithMixer(own: readonly DataRange[]): readonly DataRange[] {
  return own.some(isPcmRange) ? [...own, ...MIXER_RANGES] : own;
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
