/** Levels as people read and type them. */

const MINUS = '\u2212';

/** "-6.0 dB" with a true minus sign, "+4.5 dB", "0.0 dB"; minus infinity for silence. */
export function formatDecibels(decibels: number): string {
  return `${formatDecibelNumber(decibels)} dB`;
}

export function formatDecibelNumber(decibels: number, digits = 1): string {
  if (decibels === -Infinity) return `${MINUS}∞`;
  const rounded = decibels.toFixed(digits);
  if (Number(rounded) === 0) return (0).toFixed(digits);
  return decibels > 0 ? `+${rounded}` : `${MINUS}${rounded.slice(1)}`;
}

/** For screen readers, which do not all know the minus sign. */
export function spokenDecibels(decibels: number): string {
  if (decibels === -Infinity) return 'silent';
  const rounded = decibels.toFixed(1);
  return `${Number(rounded) === 0 ? '0.0' : rounded} dB`;
}

/** 12.5 ms stays "12.5", 14 ms stays "14": one digit where it says something. */
export function formatMilliseconds(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

export function formatSampleRate(hertz: number): string {
  const kilohertz = hertz / 1000;
  return `${Number.isInteger(kilohertz) ? kilohertz : kilohertz.toFixed(1)} kHz`;
}

/** "62.5 %", "100 %": one digit where it says something. */
export function formatPercent(percent: number): string {
  return `${Number(percent.toFixed(1))} %`;
}

/** What a person typed, as percent: "50", "62,5 %". Undefined when it is no percentage. */
export function parsePercent(text: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)\s*%?$/.exec(text.trim().replaceAll(',', '.'));
  return match ? Number(match[1]) : undefined;
}

/**
 * What a person typed, as decibels: "-6", "+3,5 dB", "50 %" (amplitude: 100 % is 0 dB, 50 % is -6 dB), "-inf".
 * Undefined when it is not a level.
 */
export function parseLevel(text: string): number | undefined {
  const plain = text.trim().toLowerCase().replaceAll(MINUS, '-').replaceAll('–', '-').replaceAll(',', '.');
  if (/^-\s*(inf|infinity|∞|oo)\s*(db)?$/.test(plain)) return -Infinity;
  const match = /^([+-]?)\s*(\d+\.?\d*|\.\d+)\s*(db|%)?$/.exec(plain);
  if (!match) return undefined;
  const magnitude = Number(match[2]);
  const negative = match[1] === '-';
  if (match[3] === '%') {
    if (negative && magnitude > 0) return undefined;
    return magnitude === 0 ? -Infinity : 20 * Math.log10(magnitude / 100);
  }
  return negative && magnitude > 0 ? -magnitude : magnitude;
}
