import {
  connection,
  filterPin,
  nodePin,
  NODE_PIN,
  UNLIMITED_INSTANCES,
  type FilterDescriptor,
} from '../../engine/ks/descriptor.ts';
import { streamPin, wirePin } from '../../engine/ks/pinDescriptors.ts';
import { audioRange, KSDATAFORMAT_SUBTYPE, type DataFormat } from '../../engine/ks/format.ts';
import { CLSID, KSAUDFNAME, KSCATEGORY, KSNODETYPE } from '../../engine/ks/guid.ts';
import { volumeLevelItem } from '../../engine/ks/nodes/level.ts';
import { muteItem } from '../../engine/ks/nodes/switch.ts';
import type { PinInstanceParts } from '../../engine/ks/pin.ts';
import { AutomationTable, type PropertyContext } from '../../engine/ks/property.ts';
import { KsError } from '../../engine/ks/status.ts';
import { Port, type Miniport, type PortServices } from '../../engine/portcls/ports/port.ts';
import { LEVEL_RANGE, type LevelRegisters } from './levelRegisters.ts';

/** Pin ids of the filter. */
export const MIXER_PIN = { PROGRAMS: 0, MIX: 1 } as const;
/** Node ids of the filter. */
export const MIXER_NODE = { VOLUME: 0, MUTE: 1, SUM: 2 } as const;

/** Channels a program's stream may have at most. */
const MOST_CHANNELS = 32;

/** A program's stream as the mixer sees it: minor target of requests to its pin instance. */
export class ProgramInput {
  readonly registers: LevelRegisters;

  constructor(registers: LevelRegisters) {
    this.registers = registers;
  }
}

class StreamMixerMiniport implements Miniport {
  getDescription(): FilterDescriptor {
    return DESCRIPTION;
  }
}

/**
 * The system mixer of one sink: every program's stream is a pin instance with a volume and a mute of its own, all of
 * them are summed. The sound server mixes; this filter is how it is seen and controlled. Specification 5.
 *
 * Its pins are opened by the driver itself, for streams that programs have opened at the server: nobody else can
 * make one.
 */
export class StreamMixer extends Port<StreamMixerMiniport> {
  readonly classId = CLSID.SystemMixer;
  #next: ProgramInput | undefined;

  /** The miniport this port is to be initialised with. */
  static newMiniport(): StreamMixerMiniport {
    return new StreamMixerMiniport();
  }

  /** While `open` runs, a pin instance that is made stands for `input`. */
  opening<T>(input: ProgramInput, open: () => T): T {
    this.#next = input;
    try {
      return open();
    } finally {
      this.#next = undefined;
    }
  }

  protected override initMiniport(_miniport: StreamMixerMiniport, _services: PortServices): void {
    // The server does the work: there is nothing to start.
  }

  /** @throws KsError STATUS_NOT_SUPPORTED for anybody but the driver */
  override createPin(_pinId: number, _format: DataFormat): PinInstanceParts {
    const input = this.#next;
    if (!input) {
      throw new KsError(
        'STATUS_NOT_SUPPORTED',
        'The streams of this mixer are opened by programs, at the sound server.',
      );
    }
    return { stream: input, setState: () => undefined, close: () => undefined };
  }
}

const LIMITS = {
  maximumChannels: MOST_CHANNELS,
  minimumBitsPerSample: 8,
  maximumBitsPerSample: 32,
  minimumSampleFrequency: 1,
  maximumSampleFrequency: 768_000,
} as const;

/** @throws KsError STATUS_INVALID_DEVICE_REQUEST on the filter handle: a volume belongs to a stream */
function registersOf({ minorTarget }: PropertyContext): LevelRegisters {
  if (minorTarget instanceof ProgramInput) return minorTarget.registers;
  throw new KsError('STATUS_INVALID_DEVICE_REQUEST', 'This node belongs to the stream of a program.');
}

/** @throws KsError STATUS_INVALID_PARAMETER for a channel the stream does not have */
function checkedChannel(channel: number, { channels }: LevelRegisters): number {
  if (channel < channels) return channel;
  throw new KsError(
    'STATUS_INVALID_PARAMETER',
    `There is no channel ${channel}; the stream has ${channels}.`,
  );
}

const DESCRIPTION: FilterDescriptor = {
  pins: [
    streamPin(UNLIMITED_INSTANCES, {
      dataFlow: 'IN',
      dataRanges: [
        audioRange(KSDATAFORMAT_SUBTYPE.PCM, LIMITS),
        audioRange(KSDATAFORMAT_SUBTYPE.IEEE_FLOAT, LIMITS),
      ],
      category: KSCATEGORY.AUDIO,
      nameText: 'Programs',
    }),
    wirePin({ dataFlow: 'OUT', category: KSNODETYPE.LEGACY_AUDIO_CONNECTOR, nameText: 'Mix' }),
  ],
  nodes: [
    {
      type: KSNODETYPE.VOLUME,
      name: KSAUDFNAME.WAVE_VOLUME,
      automation: new AutomationTable([
        volumeLevelItem({
          channels: MOST_CHANNELS,
          perPin: true,
          range: LEVEL_RANGE,
          read: (channel, context) => {
            const registers = registersOf(context);
            return registers.level(checkedChannel(channel, registers));
          },
          write: (channel, level, context) => {
            const registers = registersOf(context);
            // A set of all channels names more than there are.
            if (channel < registers.channels) registers.setLevel(channel, level);
          },
        }),
      ]),
    },
    {
      type: KSNODETYPE.MUTE,
      name: KSAUDFNAME.WAVE_MUTE,
      automation: new AutomationTable([
        muteItem({
          channels: 1,
          masterOnly: true,
          perPin: true,
          read: (_channel, context) => registersOf(context).muted,
          write: (_channel, muted, context) => (registersOf(context).muted = muted),
        }),
      ]),
    },
    { type: KSNODETYPE.SUM, name: null },
  ],
  connections: [
    connection(filterPin(MIXER_PIN.PROGRAMS), nodePin(MIXER_NODE.VOLUME, NODE_PIN.IN)),
    connection(nodePin(MIXER_NODE.VOLUME, NODE_PIN.OUT), nodePin(MIXER_NODE.MUTE, NODE_PIN.IN)),
    connection(nodePin(MIXER_NODE.MUTE, NODE_PIN.OUT), nodePin(MIXER_NODE.SUM, NODE_PIN.FIRST_INPUT)),
    connection(nodePin(MIXER_NODE.SUM, NODE_PIN.OUT), filterPin(MIXER_PIN.MIX)),
  ],
  // Not RENDER: nobody is offered to play on it, programs come through the server.
  categories: [KSCATEGORY.AUDIO],
};
