import type { Menu, MenuItemConstructorOptions } from 'electron';
import { NotImplementedError, onlyKnownOptions, strictFacade } from './strict.ts';

const ROLES = new Set([
  'appMenu',
  'fileMenu',
  'editMenu',
  'viewMenu',
  'windowMenu',
  'quit',
  'close',
  'minimize',
  'reload',
  'resetZoom',
  'zoomIn',
  'zoomOut',
  'togglefullscreen',
  'toggleDevTools',
]);

/** Menus are built and checked; there is nobody to open them. */
export class StandinMenus {
  #application: Menu | null = null;

  buildFromTemplate(template: MenuItemConstructorOptions[]): Menu {
    for (const item of template) this.#check(item);
    return strictFacade<Menu, never>('Menu', {}, []);
  }

  setApplicationMenu(menu: Menu | null): void {
    this.#application = menu;
  }

  getApplicationMenu(): Menu | null {
    return this.#application;
  }

  #check(item: MenuItemConstructorOptions): void {
    onlyKnownOptions('MenuItem', item, [
      'label',
      'role',
      'type',
      'submenu',
      'click',
      'accelerator',
      'enabled',
    ]);
    if (item.role !== undefined && !ROLES.has(item.role))
      throw new NotImplementedError(`the menu role ${item.role}`);
    // As Electron says it.
    if (item.type === undefined && item.label === undefined && item.role === undefined) {
      throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
    }
    if (Array.isArray(item.submenu)) for (const child of item.submenu) this.#check(child);
  }
}
