import type { Display, Point, Rectangle, Screen } from 'electron';
import type { StandinApp } from './app.ts';
import { StrictEmitter, strictFacade } from './strict.ts';

/** What the test says of a display; two of them stand side by side. */
export interface DisplayOptions {
  id: number;
  label: string;
  bounds: Rectangle;
}

const TASKBAR = 40;

/** Displays by the environment variable `STANDIN_DISPLAYS`, a JSON array; one of 1920×1080 without it. */
export function createScreen(app: StandinApp): Screen {
  const given = process.env['STANDIN_DISPLAYS'];
  const options: DisplayOptions[] = given
    ? (JSON.parse(given) as DisplayOptions[])
    : [{ id: 1, label: 'Standin', bounds: { x: 0, y: 0, width: 1920, height: 1080 } }];
  const displays = options.map(({ id, label, bounds }) => {
    const workArea = { ...bounds, height: bounds.height - TASKBAR };
    return strictFacade<Display, 'id' | 'label' | 'bounds' | 'workArea' | 'scaleFactor'>(
      'Display',
      { id, label, bounds, workArea, scaleFactor: 1 },
      ['id', 'label', 'bounds', 'workArea', 'scaleFactor'],
    );
  });
  const nearest = ({ x, y }: Point): Display =>
    displays.find(
      ({ bounds: each }) => x >= each.x && x < each.x + each.width && y >= each.y && y < each.y + each.height,
    ) ?? displays[0]!;
  const implementation = Object.assign(
    new StrictEmitter('screen', ['display-added', 'display-removed', 'display-metrics-changed']),
    {
      getAllDisplays: () => [...displays],
      getPrimaryDisplay: () => displays[0]!,
      getDisplayMatching: ({ x, y, width, height }: Rectangle) =>
        nearest({ x: x + width / 2, y: y + height / 2 }),
      getDisplayNearestPoint: nearest,
      getCursorScreenPoint: () => ({ x: 0, y: 0 }),
    },
  );
  const keys = [
    'getAllDisplays',
    'getPrimaryDisplay',
    'getDisplayMatching',
    'getDisplayNearestPoint',
    'getCursorScreenPoint',
  ] as const;
  const screen = strictFacade<Screen, (typeof keys)[number]>('screen', implementation, keys);
  return new Proxy(screen, {
    get(target, property) {
      if (typeof property === 'string') app.assertReady(`screen.${property}`);
      return Reflect.get(target, property) as unknown;
    },
  });
}
