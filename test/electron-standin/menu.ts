import type { Menu, MenuItem, MenuItemConstructorOptions } from 'electron';
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

/** An item as a person sees it. */
export interface MenuEntry {
  label: string;
  type: string;
  enabled: boolean;
  checked: boolean;
  submenu: MenuEntry[];
}

/** Menus are built and checked; the test looks at them and chooses. */
export class StandinMenus {
  #application: Menu | null = null;
  readonly #templates = new WeakMap<Menu, MenuItemConstructorOptions[]>();

  buildFromTemplate(template: MenuItemConstructorOptions[]): Menu {
    for (const item of template) this.#check(item);
    const menu = strictFacade<Menu, never>('Menu', {}, []);
    this.#templates.set(menu, template);
    return menu;
  }

  setApplicationMenu(menu: Menu | null): void {
    this.#application = menu;
  }

  getApplicationMenu(): Menu | null {
    return this.#application;
  }

  entries(menu: Menu): MenuEntry[] {
    return this.#templates.get(menu)!.map(entryOf);
  }

  /** By the labels from the outermost menu on. An item that cannot be chosen throws. */
  choose(menu: Menu, path: readonly string[]): void {
    let items = this.#templates.get(menu)!;
    for (const [depth, label] of path.entries()) {
      const item = items.find((each) => each.label === label);
      if (!item) throw new Error(`There is no “${label}” in ${JSON.stringify(items.map(entryOf))}.`);
      if (item.enabled === false) throw new Error(`“${label}” cannot be chosen.`);
      if (depth === path.length - 1) {
        if (!item.click) throw new Error(`“${label}” does nothing.`);
        item.click({} as MenuItem, undefined, {});
      }
      items = Array.isArray(item.submenu) ? item.submenu : [];
    }
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
      'checked',
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

function entryOf(item: MenuItemConstructorOptions): MenuEntry {
  return {
    label: item.label ?? item.role ?? '',
    type: item.type ?? (item.submenu ? 'submenu' : 'normal'),
    enabled: item.enabled ?? true,
    checked: item.checked ?? false,
    submenu: Array.isArray(item.submenu) ? item.submenu.map(entryOf) : [],
  };
}
