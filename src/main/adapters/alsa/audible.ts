import type { AlsaElement } from '../../../contract/alsaHardware.ts';
import { decibelsToKsLevel } from '../../../contract/units.ts';
import { ElementLevels } from './elementLevels.ts';
import { roleOf, type ElementRole, type StageKind } from './elementRoles.ts';
import { isWaveSource } from './standardNames.ts';

/** What the last volume on the way is opened to: to be heard, and not to startle. The others pass what they get. */
const FIRST_DECIBELS = -12;

interface PathElement {
  readonly element: AlsaElement;
  readonly at: ElementRole['at'];
  readonly kind: StageKind;
}

/** Values that let through what programs play, of the elements that now do not. */
export function audibleValues(
  elements: readonly AlsaElement[],
  registers: { values(numid: number): readonly number[] },
): { numid: number; values: number[] }[] {
  const path = elements.flatMap((element) => pathElement(element) ?? []);
  const volumes = path.filter(({ kind }) => kind === 'volume').map(({ at }) => at);
  const last = (['master', 'output', 'source'] as const).find((at) => volumes.includes(at));
  return path.flatMap(({ element, at, kind }) => {
    const { numid, minimum, count } = element;
    const isShut = registers.values(numid).every((value) => value === (kind === 'mute' ? 0 : minimum));
    if (!isShut) return [];
    const level = decibelsToKsLevel(at === last ? FIRST_DECIBELS : 0);
    const value = kind === 'mute' ? 1 : new ElementLevels(element).value(level);
    return { numid, values: Array.from({ length: count }, () => value) };
  });
}

/** Undefined for what does not stand between programs and the analog outputs. */
function pathElement(element: AlsaElement): PathElement | undefined {
  const role = roleOf(element);
  switch (role?.at) {
    case 'source':
      return isWaveSource(role.name) && role.kind !== 'onOff' ? { element, ...role } : undefined;
    case 'output':
      return role.digital || role.kind === 'onOff' ? undefined : { element, ...role };
    case 'master':
      return role.kind === 'onOff' ? undefined : { element, ...role };
    default:
      return undefined;
  }
}
