/** Settings of the desktop shell, and what a report of a fault holds. */
export const desktop = {
  title: 'Desktop',
  states: { on: 'On', off: 'Off' },
  switches: {
    tray: { title: 'Icon in the tray', note: 'Shows level and mute; its menu has what you need most often.' },
    closeToTray: {
      title: 'Close to the tray',
      note: 'Closing the window leaves Pinwheel in the tray: sound, MIDI and hotkeys go on.',
    },
    startAtLogin: { title: 'Start at login', note: 'In the tray, without a window.' },
  },
  diagnostics: 'Diagnostics',
  diagnosticsNote: 'Everything a bug report needs, without names of people, files, devices or programs.',
  copy: 'Copy diagnostics',
  copied: 'Copied',
} as const;
