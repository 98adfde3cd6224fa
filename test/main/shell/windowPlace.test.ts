import { describe, expect, it } from 'vitest';
import {
  displayName,
  placeFlyout,
  placeOn,
  placeWindow,
  type DisplayLike,
} from '../../../src/main/shell/windowPlace.ts';

const display = (label: string, x: number, width = 1920, height = 1080): DisplayLike => ({
  id: x,
  label,
  bounds: { x, y: 0, width, height },
  workArea: { x, y: 0, width, height: height - 40 },
});
const [laptop, screen] = [display('Laptop', 0, 1366, 768), display('Screen', 1366)];
const at = (x: number, y: number, width = 900, height = 600) => ({ x, y, width, height, maximized: false });
const placed = (
  places: Record<string, ReturnType<typeof at>>,
  last: DisplayLike,
  displays = [laptop, screen],
) => placeWindow({ places, last: displayName(last) }, displays, laptop).bounds;

describe('where the panel opens', () => {
  it('is for the system to say the first time', () => {
    expect(placeWindow({ places: {}, last: null }, [laptop, screen], laptop)).toEqual({
      bounds: { width: 1120, height: 720 },
      maximized: false,
    });
  });

  it('is where it stood on that display, also when that stands elsewhere now', () => {
    const places = { [displayName(screen)]: at(100, 50), [displayName(laptop)]: at(10, 20, 800, 500) };
    expect(placed(places, screen)).toEqual({ x: 1466, y: 50, width: 900, height: 600 });
    const moved = display('Screen', -1920);
    expect(placed(places, screen, [moved, laptop])).toEqual({ x: -1820, y: 50, width: 900, height: 600 });
    // Unplugged: as it stood on the one that is left.
    expect(placed(places, screen, [laptop])).toEqual({ x: 10, y: 20, width: 800, height: 500 });
  });

  it('is wholly in sight, and never smaller than usable', () => {
    const places = { [displayName(laptop)]: at(1200, 700, 3000, 200) };
    expect(placed(places, laptop)).toEqual({ x: 0, y: 248, width: 1366, height: 480 });
    expect(placeOn(screen, { x: 1400, y: 30, width: 800, height: 500 }, true)).toEqual({
      x: 34,
      y: 30,
      width: 800,
      height: 500,
      maximized: true,
    });
  });
});

describe('where the flyout opens', () => {
  const size = { width: 340, height: 300 };
  const icon = (x: number, y: number) => ({ x, y, width: 24, height: 24 });

  it('is above an icon at the bottom, below one at the top, in sight', () => {
    expect(placeFlyout(icon(1000, 1045), size, display('', 0))).toMatchObject({ x: 842, y: 737 });
    expect(placeFlyout(icon(1000, 2), size, display('', 0))).toMatchObject({ x: 842, y: 34 });
    expect(placeFlyout(icon(1900, 1045), size, display('', 0)).x).toBe(1580);
  });

  it('is the corner where nobody says where the icon is', () => {
    for (const unknown of [undefined, { x: 0, y: 0, width: 0, height: 0 }]) {
      expect(placeFlyout(unknown, size, display('', 0))).toMatchObject({ x: 1572, y: 732 });
    }
  });
});
