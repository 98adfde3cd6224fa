/** The small window at the tray's icon. */
export const flyout = {
  label: 'Volume',
  recent: 'Used last',
  open: 'Open Pinwheel',
  nothing: 'What you set in the mixer last appears here.',
};
