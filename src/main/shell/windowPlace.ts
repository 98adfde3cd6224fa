import type { WindowPlace, WindowPlaces } from '../settings/windowStore.ts';

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What of Electron's displays is needed here. */
export interface DisplayLike {
  readonly id: number;
  readonly label: string;
  readonly bounds: Rectangle;
  /** Without the taskbar and the like. */
  readonly workArea: Rectangle;
}

export const DEFAULT_SIZE = { width: 1120, height: 720 } as const;
export const LEAST_SIZE = { width: 720, height: 480 } as const;

/** Names a display over restarts: ids change, what it calls itself and its size do not. */
export const displayName = ({ label, bounds: { width, height } }: DisplayLike): string =>
  `${label || 'display'} ${width}x${height}`;

/**
 * Where the window opens: on the display it stood on last, as it stood there; wholly in sight, whatever the display and
 * its taskbar have become. Without `x` and `y` it is for the system to place.
 */
export function placeWindow(
  { places, last }: WindowPlaces,
  displays: readonly DisplayLike[],
  primary: DisplayLike,
): { bounds: Partial<Rectangle> & { width: number; height: number }; maximized: boolean } {
  const display = displays.find((each) => displayName(each) === last) ?? primary;
  const name = displayName(display);
  const kept = Object.hasOwn(places, name) ? places[name] : undefined;
  const { workArea } = display;
  const size = {
    width: within(kept?.width ?? DEFAULT_SIZE.width, LEAST_SIZE.width, workArea.width),
    height: within(kept?.height ?? DEFAULT_SIZE.height, LEAST_SIZE.height, workArea.height),
  };
  if (!kept) return { bounds: size, maximized: false };
  return {
    bounds: {
      x: within(display.bounds.x + kept.x, workArea.x, workArea.x + workArea.width - size.width),
      y: within(display.bounds.y + kept.y, workArea.y, workArea.y + workArea.height - size.height),
      ...size,
    },
    maximized: kept.maximized,
  };
}

/** What is to be remembered of a window that stands on `display`; `bounds` are those of its normal state. */
export function placeOn(
  { bounds: { x, y } }: DisplayLike,
  bounds: Rectangle,
  maximized: boolean,
): WindowPlace {
  return {
    x: Math.round(bounds.x - x),
    y: Math.round(bounds.y - y),
    width: Math.round(bounds.width),
    height: Math.round(bounds.height),
    maximized,
  };
}

/** Where a flyout of that size stands: above or below the icon, in sight; without an icon in the corner of the tray. */
export function placeFlyout(
  icon: Rectangle | undefined,
  size: { width: number; height: number },
  { workArea }: DisplayLike,
): Rectangle {
  const right = workArea.x + workArea.width - size.width;
  const bottom = workArea.y + workArea.height - size.height;
  // Linux tells neither where the icon is nor how large.
  if (!icon || icon.width === 0) return { x: right - MARGIN, y: bottom - MARGIN, ...size };
  const below = icon.y < workArea.y + workArea.height / 2;
  const y = below ? icon.y + icon.height + MARGIN : icon.y - size.height - MARGIN;
  const x = Math.round(icon.x + icon.width / 2 - size.width / 2);
  return { x: within(x, workArea.x, right), y: within(y, workArea.y, bottom), ...size };
}

const MARGIN = 8;

/** The least wins where both cannot be had. */
const within = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));
