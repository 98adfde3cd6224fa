/** Colours of meters as a canvas takes them. */

export interface MeterColours {
  signal: string;
  /** From -12 dBFS. */
  high: string;
  /** From -3 dBFS. */
  over: string;
  hold: string;
}

/** The tokens' colours in the present theme; they are the same for every meter. */
export function readMeterColours(): MeterColours {
  // Custom properties hold light-dark() pairs; a real property resolves them.
  const probe = document.body.appendChild(document.createElement('i'));
  const style = getComputedStyle(probe);
  const resolve = (token: string): string => {
    probe.style.color = `var(${token})`;
    return style.color;
  };
  const colours = {
    signal: resolve('--signal'),
    high: resolve('--signal-high'),
    over: resolve('--signal-over'),
    hold: resolve('--signal-hold'),
  };
  probe.remove();
  return colours;
}
