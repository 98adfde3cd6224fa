/** Which lines stand where as strips. */
import type { DestinationModel, DeviceModel, LineModel } from '../../state/mixer.svelte.ts';
import type { StripsStore } from '../../state/strips.svelte.ts';
import { text } from '../../text.ts';

/** A destination without controls that has sources is their heading only. */
export const hasOwnStrip = (destination: DestinationModel): boolean =>
  Boolean(destination.volume ?? destination.mute ?? destination.meter) ||
  destination.more.length > 0 ||
  destination.sources.length === 0;

/** In its destination's group: what is pinned stands with the pinned ones. */
export function isShown(strips: StripsStore, { deviceId, key }: LineModel): boolean {
  const { hidden, pinned } = strips.look(deviceId, key);
  return !pinned && (!hidden || strips.showHidden);
}

/** What stands under the name of a strip. */
export function subtitleOf(line: LineModel, destination: DestinationModel): string {
  if (line !== destination) return text.mixer.component(line.line.component);
  return /^DST_(WAVEIN|VOICEIN)$/.test(destination.line.component)
    ? text.mixer.recordLevel
    : text.mixer.master;
}

export interface StripOf {
  readonly device: DeviceModel;
  readonly destination: DestinationModel;
  readonly line: LineModel;
}

/** Every line that has a strip, whether it is shown or not. */
export function allStrips(devices: readonly DeviceModel[]): StripOf[] {
  return devices.flatMap((device) =>
    device.destinations.flatMap((destination) =>
      [...destination.sources, ...(hasOwnStrip(destination) ? [destination] : [])].map((line) => ({
        device,
        destination,
        line,
      })),
    ),
  );
}
