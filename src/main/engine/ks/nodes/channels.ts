import {
  ALL_CHANNELS,
  propertyItem,
  type ChannelInstance,
  type Property,
  type PropertyContext,
  type PropertyItem,
  type Stepping,
  type ValueType,
} from '../property.ts';
import { KsError } from '../status.ts';

/** The per-channel rules every KSNODEPROPERTY_AUDIO_CHANNEL property follows. Specification 1.9, 2.2. */

export interface ChannelOptions {
  /** Of a pin instance that has not as many: the most. */
  readonly channels: number;
  /** With `perPin`: how many of them a pin instance has, by its format; asked without one, too. */
  readonly channelsOf?: (context: PropertyContext) => number;
  /** One value drives all channels: a set of any channel writes them all. */
  readonly uniform?: boolean;
  /** The node answers channel -1 only, as a single register does that knows no channels. */
  readonly masterOnly?: boolean;
  /** The node exists once per pin instance: `context.minorTarget` tells which. Specification 1.8. */
  readonly perPin?: boolean;
}

/** The driver's side of a per-channel node: its registers. */
export interface ChannelRegisters<T> {
  read(channel: number, context: PropertyContext): T;
  write(channel: number, value: T, context: PropertyContext): void;
  /** With `perPin`: takes a set on the filter handle as the value of pin instances opened later. */
  writeDefault?(channel: number, value: T): void;
  /** What DEFAULTVALUES answers. */
  defaultValue?(channel: number): T;
  /** After every set. */
  changed?(context: PropertyContext): void;
}

/**
 * The channel a get reads: -1 reads the first, standing for all. Unknown channel: (MS) STATUS_INVALID_PARAMETER.
 * @throws KsError
 */
export function channelRead({ channel }: ChannelInstance, options: ChannelOptions): number {
  if (channel === ALL_CHANNELS) return 0;
  if (channel >= 0 && channel < options.channels && Number.isInteger(channel) && !options.masterOnly) {
    return channel;
  }
  throw unknownChannel(channel, options);
}

/** The channels a set writes: the named one, or all of them for -1 and on uniform nodes. @throws KsError */
export function* channelsWritten(instance: ChannelInstance, options: ChannelOptions): Generator<number> {
  const named = channelRead(instance, options);
  if (instance.channel !== ALL_CHANNELS && !options.uniform) yield named;
  else for (let channel = 0; channel < options.channels; channel++) yield channel;
}

function unknownChannel(channel: number, { channels, masterOnly }: ChannelOptions): KsError {
  const has = masterOnly ? 'answers for all channels at once only' : `has ${channels}`;
  return new KsError('STATUS_INVALID_PARAMETER', `There is no channel ${channel}; the node ${has}.`);
}

/** What distinguishes one per-channel property from another. */
export interface ChannelValue<T> {
  readonly valueType: ValueType;
  /** Bounds and resolution; undefined: basic support tells no range. */
  stepping?(channel: number): Stepping;
  /** The value the registers get for what was set. @throws KsError for a value that cannot be taken */
  apply(value: T, channel: number): T;
}

/** A per-channel property over registers, with its channel rules and basic support. */
export function channelItem<T>(
  property: Property<ChannelInstance, T>,
  options: ChannelOptions & Partial<ChannelRegisters<T>> & Pick<ChannelRegisters<T>, 'read'>,
  value: ChannelValue<T>,
): PropertyItem {
  const { channels, uniform = false, masterOnly = false, perPin = false } = options;
  const { write, writeDefault, defaultValue, changed } = options;
  const { stepping } = value;
  const support = (count: number) => ({
    valueType: value.valueType,
    ...(stepping
      ? {
          members: {
            multichannel: !masterOnly,
            uniform,
            steppings: Array.from({ length: count }, (_, channel) => stepping(channel)),
          },
        }
      : {}),
  });
  const whole = support(channels);
  const { channelsOf } = options;
  /** Of the target the request went to. */
  const own = (context: PropertyContext): ChannelOptions =>
    channelsOf ? { ...options, channels: channelsOf(context) } : options;
  return propertyItem<ChannelInstance, T>({
    property,
    ...(perPin ? { perPin } : {}),
    get: (instance, context) => options.read(channelRead(instance, own(context)), context),
    ...(write && {
      serialized: true,
      set: (instance, wanted, context) => {
        for (const channel of channelsWritten(instance, own(context))) {
          write(channel, value.apply(wanted, channel), context);
        }
        changed?.(context);
      },
    }),
    ...(writeDefault && {
      setDefault: (instance, wanted) => {
        for (const channel of channelsWritten(instance, options)) {
          writeDefault(channel, value.apply(wanted, channel));
        }
      },
    }),
    ...(defaultValue && { defaultValue: (instance) => defaultValue(channelRead(instance, options)) }),
    basicSupport: (context) => (channelsOf ? support(channelsOf(context)) : whole),
  });
}
