/** Measures of what is drawn, in pixels at 100 %, shared by the layout, the canvas and the export. */

export const HEADER_HEIGHT = 36;
export const FRAME_PADDING = 12;
export const MIN_FRAME_WIDTH = 208;

/** A node: a box with a line of text below, in a column that is wider than the box. */
export const BOX_WIDTH = 40;
export const BOX_HEIGHT = 32;
export const BOX_COLUMN = 64;
export const BOX_ROW = 54;
/** Where connections meet a box. */
export const BOX_PORT = BOX_HEIGHT / 2;

/** A pin: its text stands above the line that leads into the frame. */
export const PIN_ROW = 40;
export const PIN_PORT = 28;
export const PIN_MIN_WIDTH = 28;
export const PIN_INSET = 10;

export const JACK_SIZE = 24;
export const JACK_ROW = 40;
export const JACK_TEXT_GAP = 8;

export const BOX_GAPS = { layer: 14, node: 12 } as const;
export const FRAME_GAPS = { layer: 96, node: 40 } as const;
export const COMPONENT_GAP = 52;
