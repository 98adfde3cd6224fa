import type { RecentControl } from '../../contract/services/mixer.ts';
import type { DeviceModel, LineModel } from '../state/mixer.svelte.ts';

/** Strips that the flyout has room for. */
const SHOWN = 3;

/** The lines of which a control was set last, newest first, without the master's. */
export function recentLines(
  devices: readonly DeviceModel[],
  recent: readonly RecentControl[],
  master: LineModel | undefined,
): LineModel[] {
  const lines = devices
    .filter(({ present }) => present)
    .flatMap(({ destinations }) => destinations.flatMap((each) => [each, ...each.sources]));
  const found = recent.flatMap(
    ({ deviceId, controlId }) =>
      lines.find(
        (line) =>
          line.deviceId === deviceId &&
          line.volume !== undefined &&
          line.line.controls.some(({ id }) => id === controlId),
      ) ?? [],
  );
  const master0 = master && `${master.deviceId}/${master.line.id}`;
  const unique = new Map(found.map((line) => [`${line.deviceId}/${line.line.id}`, line]));
  if (master0 !== undefined) unique.delete(master0);
  return [...unique.values()].slice(0, SHOWN);
}
