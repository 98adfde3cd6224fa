import type { ChannelStrip, ChannelStripPatch } from '../../../contract/services/player.ts';
import { CHANNELS, CONTROLLER, type ChannelValues } from './channelValues.ts';

const CONTROL_CHANGE = 0xb0;
const PROGRAM_CHANGE = 0xc0;

const NEUTRAL: ChannelStrip = { level: 1, pan: 0, muted: false, solo: false, program: null };

/**
 * What a listener makes of a song's channels: level, pan, mute, solo and another program. All of it are the song's own
 * messages with other values, so that it holds on whatever plays them. Channels from 0.
 */
export class ChannelStrips {
  readonly #strips: ChannelStrip[] = Array.from({ length: CHANNELS }, () => NEUTRAL);

  at(channel: number): ChannelStrip {
    return this.#strips[channel]!;
  }

  /** Answers the channels that sound otherwise now, and whether one has another program. */
  change(channel: number, patch: ChannelStripPatch): { channels: number[]; programs: boolean } {
    const before = this.#strips.map((_, each) => this.#volume(each, 127));
    const given = Object.entries(patch).filter(([, value]) => value !== undefined);
    const old = this.#strips[channel]!;
    this.#strips[channel] = { ...old, ...(Object.fromEntries(given) as Partial<ChannelStrip>) };
    const { pan, program } = this.#strips[channel];
    const channels = before.flatMap((volume, each) => {
      const isMeant = each === channel && (pan !== old.pan || program !== old.program);
      return isMeant || volume !== this.#volume(each, 127) ? [each] : [];
    });
    return { channels, programs: program !== old.program };
  }

  reset(): void {
    this.#strips.fill(NEUTRAL);
  }

  isSilent(channel: number): boolean {
    const { muted, solo } = this.#strips[channel]!;
    return muted || (!solo && this.#strips.some((strip) => strip.solo));
  }

  /** The strip leaves every message as it is. */
  isNeutral(channel: number): boolean {
    const { pan, program } = this.#strips[channel]!;
    return pan === 0 && program === null && this.#volume(channel, 127) === 127;
  }

  /** Data byte `value` of a message as the strip has it: the program, or the value of a controller. */
  adjust(status: number, controller: number, value: number): number {
    const channel = status & 0x0f;
    const { program } = this.#strips[channel]!;
    if ((status & 0xf0) === PROGRAM_CHANGE) return program ?? value;
    switch (controller) {
      case CONTROLLER.volume:
        return this.#volume(channel, value);
      case CONTROLLER.pan:
        return this.#pan(channel, value);
      case CONTROLLER.bankMsb:
      case CONTROLLER.bankLsb:
        return program === null ? value : 0;
      default:
        return value;
    }
  }

  /** What brings an instrument from a song's own `values` to what the strip says; its program only where it is meant. */
  messagesFor(channel: number, values: ChannelValues, withProgram: boolean): Uint8Array[] {
    const { program } = this.#strips[channel]!;
    const controller = (number: number, value: number) =>
      Uint8Array.of(CONTROL_CHANGE | channel, number, value);
    const levels = [
      controller(CONTROLLER.volume, this.#volume(channel, values.volumes[channel]!)),
      controller(CONTROLLER.pan, this.#pan(channel, values.pans[channel]!)),
    ];
    if (!withProgram) return levels;
    const own = program === null;
    return [
      ...levels,
      controller(CONTROLLER.bankMsb, own ? values.bankMsbs[channel]! : 0),
      controller(CONTROLLER.bankLsb, own ? values.bankLsbs[channel]! : 0),
      Uint8Array.of(PROGRAM_CHANGE | channel, program ?? values.programs[channel]!),
    ];
  }

  #volume(channel: number, value: number): number {
    return this.isSilent(channel) ? 0 : Math.round(value * this.#strips[channel]!.level);
  }

  #pan(channel: number, value: number): number {
    return Math.min(127, Math.max(0, value + Math.round(this.#strips[channel]!.pan * 64)));
  }
}
