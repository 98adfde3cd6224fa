import type { Measure } from './layoutRequest.ts';

/** Measures text as the panel's style sheets draw it: 12 px, headings 13 px semibold. Widths are remembered. */
export function textMeasure(): Measure {
  const context = document.createElement('canvas').getContext('2d');
  const family = getComputedStyle(document.body).fontFamily;
  const known = new Map<string, number>();
  return (text, weight) => {
    const key = `${weight} ${text}`;
    let width = known.get(key);
    if (width === undefined) {
      if (context) context.font = weight === 'semibold' ? `600 13px ${family}` : `12px ${family}`;
      width = context?.measureText(text).width ?? text.length * 7;
      known.set(key, width);
    }
    return width;
  };
}
