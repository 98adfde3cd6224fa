import type { Drawing } from '../graph/drawing.ts';
import type { Glyph } from '../graph/glyphs.ts';
import { jackColour } from '../graph/jackColour.ts';
import { frameSubtitle, instancesText, shownDots } from '../graph/labels.ts';
import { BOX_HEIGHT, BOX_WIDTH, HEADER_HEIGHT, JACK_SIZE, PIN_INSET } from '../layout/geometry.ts';
import type { Point } from '../layout/layered.ts';
import type { Rectangle } from '../layout/layoutTopology.ts';

/** A picture of the canvas as plain shapes, which SVG and a bitmap are made of. */
export type Shape =
  | { kind: 'box'; at: Rectangle; radius: number; fill: string; stroke: string }
  | { kind: 'circle'; x: number; y: number; radius: number; fill: string; stroke: string; width: number }
  /** Strokes of a path; `at` moves it. */
  | { kind: 'path'; path: string; at?: Point; stroke: string; width: number }
  | {
      kind: 'text';
      x: number;
      y: number;
      text: string;
      size: number;
      bold: boolean;
      fill: string;
      anchor: Anchor;
    };

export type Anchor = 'start' | 'middle' | 'end';

export interface Scene {
  bounds: Rectangle;
  background: string;
  shapes: Shape[];
}

/** Tokens of the style sheets as the colours they are now. */
export type Palette = (token: string) => string;

/** Where things are, and what they say. */
export interface Picture {
  drawing: Drawing;
  place(id: string): Rectangle | undefined;
  pin(id: string): Point | undefined;
  lines: readonly { id: string; kind: 'link' | 'wire'; path: string }[];
  live: ReadonlySet<string>;
  glyph(id: string): Glyph;
  label(id: string): string;
}

const MARGIN = 32;
const SMALL = 12;

export function sceneOf(picture: Picture, bounds: Rectangle, palette: Palette): Scene {
  const shapes: Shape[] = [];
  const lit = (id: string) => palette(picture.live.has(id) ? '--line-live' : '--line');
  for (const frame of picture.drawing.frames) {
    const at = picture.place(frame.id);
    if (!at) continue;
    shapes.push({ kind: 'box', at, radius: 8, fill: palette('--surface'), stroke: palette('--border') });
    if (frame.caption)
      shapes.push(text(at.x + 2, at.y - 12, frame.caption, palette('--text-secondary'), 'start'));
    const middle = at.y + HEADER_HEIGHT / 2;
    const { power, name } = frame.filter;
    if (power) {
      const token = power === 'D0' ? '--power-d0' : power === 'D3' ? '--power-d3' : '--power-low';
      shapes.push(dot(at.x + 14, middle, 4.5, palette(token)));
    }
    shapes.push(text(at.x + 26, middle, name, palette('--text'), 'start', { size: 13, bold: true }));
    shapes.push(
      text(at.x + at.width - 12, middle, frameSubtitle(frame.filter), palette('--text-secondary'), 'end'),
    );
  }
  for (const { id, kind, path } of picture.lines) {
    shapes.push({ kind: 'path', path, stroke: lit(id), width: kind === 'wire' ? 3 : 1.5 });
  }
  for (const { pins, boxes } of picture.drawing.frames) {
    for (const { id, pin, side, labelled } of pins) {
      const at = picture.pin(id);
      if (!at) continue;
      shapes.push(dot(at.x, at.y, labelled ? 6 : 3, lit(id)));
      if (!labelled) continue;
      const open = shownDots(pin)
        .filter((each) => each !== 'possible')
        .map(() => '●')
        .join('');
      const said = [pin.name, open, instancesText(pin)].filter(Boolean).join(' ');
      const x = at.x + (side === 'left' ? PIN_INSET : -PIN_INSET);
      const anchor = side === 'left' ? 'start' : 'end';
      shapes.push(text(x, at.y - 11, said, palette('--text-secondary'), anchor));
    }
    for (const { id } of boxes) {
      const at = picture.place(id);
      if (!at) continue;
      shapes.push({ kind: 'box', at, radius: 6, fill: palette('--node'), stroke: lit(id) });
      const glyph = picture.glyph(id);
      const [x, y] = [at.x + BOX_WIDTH / 2, at.y + BOX_HEIGHT / 2];
      shapes.push(
        'path' in glyph
          ? {
              kind: 'path',
              path: glyph.path,
              at: { x: x - 12, y: y - 12 },
              stroke: palette('--glyph'),
              width: 1.5,
            }
          : text(x, y, glyph.letters, palette('--glyph'), 'middle', { size: 13, bold: true }),
        text(x, at.y + BOX_HEIGHT + 10, picture.label(id), palette('--text-secondary'), 'middle'),
      );
    }
  }
  for (const { id, filter, pin } of picture.drawing.jacks) {
    const at = picture.place(id);
    if (!at) continue;
    const [x, y] = [at.x + JACK_SIZE / 2, at.y + JACK_SIZE / 2];
    const colour = palette(`--jack-${jackColour(pin)}`);
    shapes.push(
      { kind: 'circle', x, y, radius: 10.5, fill: palette('--background'), stroke: colour, width: 3 },
      dot(x, y, 4, colour),
      text(at.x + JACK_SIZE + 8, y, pin.name || filter.name, palette('--text'), 'start', {
        size: 13,
        bold: false,
      }),
    );
  }
  return {
    bounds: {
      x: bounds.x - MARGIN,
      y: bounds.y - MARGIN,
      width: bounds.width + 2 * MARGIN,
      height: bounds.height + 2 * MARGIN,
    },
    background: palette('--background'),
    shapes,
  };
}

function dot(x: number, y: number, radius: number, fill: string): Shape {
  return { kind: 'circle', x, y, radius, fill, stroke: fill, width: 0 };
}

/** `y` is the middle of the line. */
function text(
  x: number,
  y: number,
  said: string,
  fill: string,
  anchor: Anchor,
  { size, bold } = { size: SMALL, bold: false },
): Shape {
  return { kind: 'text', x, y: y + size * 0.36, text: said, size, bold, fill, anchor };
}
