import type { Anchor, Scene, Shape } from './scene.ts';

/** Browsers refuse larger canvases; a larger scene is drawn at less than double density. */
const MOST_PIXELS = 8192;
const DENSITY = 2;

/** A scene as a PNG, at double density where that is not too large. */
export async function pngOf(scene: Scene): Promise<Blob> {
  const { bounds, background, shapes } = scene;
  const scale = Math.min(DENSITY, MOST_PIXELS / bounds.width, MOST_PIXELS / bounds.height);
  const canvas = new OffscreenCanvas(Math.ceil(bounds.width * scale), Math.ceil(bounds.height * scale));
  const context = canvas.getContext('2d')!;
  context.fillStyle = background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  context.translate(-bounds.x, -bounds.y);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  const family = getComputedStyle(document.body).fontFamily;
  for (const shape of shapes) draw(context, shape, family);
  return canvas.convertToBlob({ type: 'image/png' });
}

const ALIGN: Readonly<Record<Anchor, CanvasTextAlign>> = { start: 'left', middle: 'center', end: 'right' };

function draw(context: OffscreenCanvasRenderingContext2D, shape: Shape, family: string): void {
  switch (shape.kind) {
    case 'box':
      context.beginPath();
      context.roundRect(shape.at.x, shape.at.y, shape.at.width, shape.at.height, shape.radius);
      context.fillStyle = shape.fill;
      context.fill();
      context.lineWidth = 1;
      context.strokeStyle = shape.stroke;
      context.stroke();
      return;
    case 'circle':
      context.beginPath();
      context.arc(shape.x, shape.y, shape.radius, 0, 2 * Math.PI);
      context.fillStyle = shape.fill;
      context.fill();
      if (shape.width === 0) return;
      context.lineWidth = shape.width;
      context.strokeStyle = shape.stroke;
      context.stroke();
      return;
    case 'path':
      context.save();
      if (shape.at) context.translate(shape.at.x, shape.at.y);
      context.lineWidth = shape.width;
      context.strokeStyle = shape.stroke;
      context.stroke(new Path2D(shape.path));
      context.restore();
      return;
    case 'text':
      context.font = `${shape.bold ? 600 : 400} ${shape.size}px ${family}`;
      context.textAlign = ALIGN[shape.anchor];
      context.fillStyle = shape.fill;
      context.fillText(shape.text, shape.x, shape.y);
  }
}
