import { createHash } from 'node:crypto';
import type { Menu, NativeImage, Rectangle, Tray } from 'electron';
import type { StandinMenus, MenuEntry } from './menu.ts';
import { preventableEvent, StrictEmitter, strictFacade } from './strict.ts';

/** A picture of which only the PNG files it was made of are known. */
export class StandinImage {
  readonly facade: NativeImage;
  readonly pngs = new Map<number, Buffer>();
  template = false;

  constructor(buffer: Buffer, scaleFactor = 1) {
    this.#add(buffer, scaleFactor);
    this.facade = strictFacade<NativeImage, 'addRepresentation' | 'setTemplateImage' | 'isEmpty'>(
      'NativeImage',
      {
        addRepresentation: ({ buffer: other, scaleFactor: scale = 1 }) => this.#add(other!, scale),
        setTemplateImage: (template) => void (this.template = template),
        isEmpty: () => false,
      },
      ['addRepresentation', 'setTemplateImage', 'isEmpty'],
    );
    images.set(this.facade, this);
  }

  #add(buffer: Buffer, scaleFactor: number): void {
    if (buffer.readUInt32BE(0) !== 0x89504e47) throw new TypeError('The buffer is no PNG file.');
    this.pngs.set(scaleFactor, buffer);
  }
}

const images = new WeakMap<NativeImage, StandinImage>();

export interface TrayView {
  toolTip: string;
  /** Width in pixels of each representation, and what tells one picture from another. */
  images: { scaleFactor: number; width: number; hash: string }[];
  menu: MenuEntry[];
}

/** Icons in the tray; the test looks at them and chooses from their menus. */
export class StandinTrays {
  readonly shown = new Set<StandinTray>();
  readonly #menus: StandinMenus;

  constructor(menus: StandinMenus) {
    this.#menus = menus;
  }

  create(image: NativeImage | string): Tray {
    const tray = new StandinTray(image, this.#menus, () => this.shown.delete(tray));
    this.shown.add(tray);
    return tray.facade;
  }
}

export class StandinTray extends StrictEmitter {
  readonly facade: Tray;
  readonly #menus: StandinMenus;
  readonly #gone: () => void;
  #image: StandinImage;
  #toolTip = '';
  #menu: Menu | null = null;
  #destroyed = false;

  constructor(image: NativeImage | string, menus: StandinMenus, gone: () => void) {
    super('Tray', ['click', 'right-click', 'double-click', 'middle-click']);
    this.#image = pictureOf(image);
    this.#menus = menus;
    this.#gone = gone;
    const keys = ['setImage', 'setToolTip', 'setContextMenu', 'destroy', 'isDestroyed'] as const;
    this.facade = strictFacade<Tray, (typeof keys)[number]>('Tray', this, keys);
  }

  setImage(image: NativeImage | string): void {
    this.#assertAlive();
    this.#image = pictureOf(image);
  }

  setToolTip(toolTip: string): void {
    this.#assertAlive();
    this.#toolTip = toolTip;
  }

  setContextMenu(menu: Menu | null): void {
    this.#assertAlive();
    this.#menu = menu;
  }

  destroy(): void {
    this.#destroyed = true;
    this.#gone();
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  view(): TrayView {
    return {
      toolTip: this.#toolTip,
      images: [...this.#image.pngs].map(([scaleFactor, png]) => ({
        scaleFactor,
        width: png.readUInt32BE(16),
        hash: createHash('sha256').update(png).digest('hex'),
      })),
      menu: this.#menu ? this.#menus.entries(this.#menu) : [],
    };
  }

  click(bounds: Rectangle): void {
    this.emit('click', preventableEvent({}), bounds, { x: bounds.x, y: bounds.y });
  }

  choose(path: readonly string[]): void {
    if (!this.#menu) throw new Error('The icon has no menu.');
    this.#menus.choose(this.#menu, path);
  }

  #assertAlive(): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
  }
}

function pictureOf(image: NativeImage | string): StandinImage {
  const found = typeof image === 'string' ? undefined : images.get(image);
  if (!found) throw new TypeError('The icon is drawn from a picture that was made of a buffer.');
  return found;
}
