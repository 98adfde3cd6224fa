/** The small window at the tray's icon. */
export const flyout = {
  label: 'Volume',
  recent: 'Used last',
  open: 'Open Pinwheel',
  nothing: 'The strips you used last appear here.',
};
