import { app, dialog, Menu, type MenuItemConstructorOptions } from 'electron';

export interface MenuCommands {
  openPanel(): void;
  openFiles(files: string[]): void;
}

/** Kinds of files that can be opened, as the system's own dialog offers them. */
const FILTERS = [
  { name: 'Songs and sound', extensions: ['mid', 'rmi', 'wav', 'flac', 'mp3', 'ogg', 'opus', 'ac3'] },
  { name: 'Banks of sounds', extensions: ['dls', 'sf2'] },
  { name: 'All files', extensions: ['*'] },
];

/** The application menu: what every program of the platform has, and its keys. */
export function setApplicationMenu(
  commands: MenuCommands,
  platform: NodeJS.Platform = process.platform,
): void {
  const mac = platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Open…', accelerator: 'CommandOrControl+Shift+O', click: () => void choose(commands) },
        { type: 'separator' },
        { role: mac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  if (mac) {
    app.dock?.setMenu(
      Menu.buildFromTemplate([{ label: 'Open Pinwheel', click: () => commands.openPanel() }]),
    );
  }
}

async function choose({ openFiles }: MenuCommands): Promise<void> {
  const { canceled, filePaths } = await dialog.showOpenDialog({
    filters: FILTERS,
    properties: ['openFile', 'multiSelections'],
  });
  if (!canceled) openFiles(filePaths);
}
