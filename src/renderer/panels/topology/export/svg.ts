import type { Scene, Shape } from './scene.ts';

/** A scene as an SVG document of its own. */
export function svgOf({ bounds, background, shapes }: Scene): string {
  const { x, y, width, height } = bounds;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x} ${y} ${width} ${height}" width="${width}" height="${height}" font-family="Inter, system-ui, sans-serif" stroke-linecap="round" stroke-linejoin="round">`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${background}"/>`,
    ...shapes.map(element),
    '</svg>\n',
  ].join('\n');
}

function element(shape: Shape): string {
  switch (shape.kind) {
    case 'box': {
      const { at, radius, fill, stroke } = shape;
      return `<rect x="${at.x}" y="${at.y}" width="${at.width}" height="${at.height}" rx="${radius}" fill="${fill}" stroke="${stroke}"/>`;
    }
    case 'circle': {
      const { x, y, radius, fill, stroke, width } = shape;
      return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="${width}"/>`;
    }
    case 'path': {
      const { path, at, stroke, width } = shape;
      const moved = at ? ` transform="translate(${at.x} ${at.y})"` : '';
      return `<path d="${path}"${moved} fill="none" stroke="${stroke}" stroke-width="${width}"/>`;
    }
    case 'text': {
      const { x, y, text, size, bold, fill, anchor } = shape;
      const weight = bold ? ' font-weight="600"' : '';
      return `<text x="${x}" y="${y}" font-size="${size}"${weight} fill="${fill}" text-anchor="${anchor}">${escaped(text)}</text>`;
    }
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (sign) => ENTITIES[sign]!);
