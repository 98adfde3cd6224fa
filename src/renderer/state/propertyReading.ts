import type { Clients } from '../../contract/services/index.ts';
import type { PropertyAddress, PropertySupport, PropertyValue } from '../../contract/services/topology.ts';

/** A value of one channel, or the only one. */
export interface Reading {
  channel: number | undefined;
  /** Undefined until it is read, and where it cannot be. */
  value: PropertyValue | undefined;
  /** A success with a qualification, such as STATUS_NOT_ALL_ASSIGNED. */
  status?: string;
}

/** All channels at once; what a node without channels of its own is asked with. Specification 1.4. */
const MASTER_CHANNEL = -1;

/**
 * Reads a property for every channel it has. A node with one value for all channels is asked for its first channel, or
 * where it refuses that, for the master channel.
 */
export async function readChannels(
  topology: Clients['topology'],
  address: PropertyAddress,
  { input, multichannel, steppings }: Pick<PropertySupport, 'input' | 'multichannel' | 'steppings'>,
): Promise<Reading[]> {
  const read = async (channel: number | undefined): Promise<Reading> => {
    const asked = channel === undefined ? address : { ...address, channel };
    const { value, status } = await topology.getProperty(asked);
    return { channel, value, ...(status === 'STATUS_SUCCESS' ? {} : { status }) };
  };
  if (input !== 'KSNODEPROPERTY_AUDIO_CHANNEL') return [await read(undefined)];
  if (multichannel && steppings.length > 1) {
    return Promise.all(steppings.map((_, channel) => read(channel)));
  }
  try {
    return [await read(0)];
  } catch {
    return [await read(MASTER_CHANNEL)];
  }
}
