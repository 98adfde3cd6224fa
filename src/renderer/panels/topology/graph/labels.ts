import type {
  FilterTopology,
  PinInstanceTopology,
  PinTopology,
} from '../../../../contract/services/topology.ts';
import { isStreamPin } from './orientation.ts';

/** Most dots that stand for pin instances; more are told as a number. */
const MOST_DOTS = 4;

/** `DMus · D0` */
export function frameSubtitle({ port, power }: FilterTopology): string {
  return [port, power].filter((part) => part !== null).join(' · ');
}

/** One pin instance as its dot shows it: its state, or that one more can be opened. */
export type Dot = PinInstanceTopology['state'] | 'possible';

/** Dots of a stream pin: its open instances, then those that are possible, as far as they are few. */
export function shownDots(pin: PinTopology): Dot[] {
  if (!isStreamPin(pin)) return [];
  const open = pin.open.map(({ state }) => state);
  const { possible } = pin.instances;
  if (possible === null || possible > MOST_DOTS) {
    return open.length > 0 ? open.slice(0, MOST_DOTS) : ['possible'];
  }
  const free = Math.max(0, possible - open.length);
  return [...open, ...Array.from({ length: free }, (): Dot => 'possible')];
}

/** `4/64`, where dots do not say it; `2/∞` without a limit. */
export function instancesText(pin: PinTopology): string {
  const { possible, current } = pin.instances;
  if (!isStreamPin(pin) || (possible !== null && possible <= MOST_DOTS)) return '';
  return `${current}/${possible ?? '∞'}`;
}
