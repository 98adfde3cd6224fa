import type { PropertySupport, PropertyValue } from '../../../../contract/services/topology.ts';
import { ksLevel, ksLevelToDecibels } from '../../../../contract/units.ts';
import { formatDecibels } from '../../../components/fader/levelText.ts';
import { text } from '../../../text.ts';

/** Property values as people read them. */

/** 16.16 fixed point of percent: 65536 = 100 %. */
export const PERCENT_ONE = 0x10000;

export function numberText(value: number, unit: PropertySupport['unit']): string {
  if (unit === 'level') return formatDecibels(ksLevelToDecibels(ksLevel(value)));
  if (unit === 'percent') return `${Math.round((value / PERCENT_ONE) * 1000) / 10} %`;
  return String(value);
}

export function valueText(value: PropertyValue | undefined, { unit }: Pick<PropertySupport, 'unit'>): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return numberText(value, unit);
  if (typeof value === 'boolean') return value ? text.topology.inspector.on : text.topology.inspector.off;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}

/** `−96.0 dB … +12.0 dB, step 0.5 dB`; undefined where no range is told, or one that says nothing. */
export function rangeOf({ steppings, unit, layout }: PropertySupport): string | undefined {
  const [first] = steppings;
  if (!first || layout === 'BOOL') return undefined;
  const { minimum, maximum, step } = first;
  if (unit === null && maximum - minimum >= 0xffffffff) return undefined;
  const stepText = unit === 'level' ? `${step / 0x10000} dB` : numberText(step, unit);
  return text.topology.inspector.rangeText(numberText(minimum, unit), numberText(maximum, unit), stepText);
}
