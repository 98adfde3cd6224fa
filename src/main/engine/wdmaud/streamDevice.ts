import type { DataFormat } from '../ks/format.ts';
import type { AudioGraph } from '../sysaudio/audioGraph.ts';
import type { PinVertex } from '../sysaudio/deviceGraph.ts';
import type { SysAudio } from '../sysaudio/sysAudio.ts';
import { asMmResult, MmError } from './mmResult.ts';
import { NAME_LENGTH, truncateName } from './names.ts';

/** What wave and MIDI devices have in common: a name, and host pins that SysAudio opens. Specification 5. */

export interface DeviceNames {
  /** The adapter and the filter's name on it. */
  readonly name: string;
  /** `szPname` */
  readonly productName: string;
}

/** `productName` is cut to MAXPNAMELEN. */
export function deviceNames({ subdevice }: PinVertex): DeviceNames {
  const name = `${subdevice.adapter.name} ${subdevice.name}`;
  return { name, productName: truncateName(name, NAME_LENGTH.PRODUCT) };
}

/**
 * Opens one of the host pins as a client of SysAudio, the first that is free; it builds the graph behind it.
 * @throws MmError MMSYSERR_NODRIVER when the filter is gone, or what became of SysAudio's refusal of the last pin
 */
export function openHostPin(sysAudio: SysAudio, hosts: readonly PinVertex[], format: DataFormat): AudioGraph {
  let refusal: MmError | undefined;
  for (const { subdevice, pinId } of hosts) {
    // The device was described when it was enumerated; the graph is that of now.
    const host = sysAudio.graph.pin(subdevice, pinId);
    if (!host) continue;
    try {
      return asMmResult(() => sysAudio.openPin({ host, format }));
    } catch (error) {
      if (!(error instanceof MmError)) throw error;
      refusal = error;
    }
  }
  throw refusal ?? new MmError('MMSYSERR_NODRIVER', 'The device is gone.');
}
