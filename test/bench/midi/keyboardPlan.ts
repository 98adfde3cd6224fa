/** The input of the keyboard bench, and how many notes are played on it. */
export const KEYBOARD = 'Keyboard';
export const NOTES = 200;
