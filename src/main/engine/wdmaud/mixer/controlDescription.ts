import type { ControlValue, LevelRange, MixerControl } from '../../../../contract/services/mixer.ts';
import { ksLevel } from '../../../../contract/units.ts';
import type { NodeControl } from './nodeControl.ts';

/** Controls as clients of the contract see them, and the values those clients send. */

export interface ControlSurroundings {
  /** Number of a peak meter in meter frames. */
  readonly meter: () => number;
  /** Items of a MUX and the logical pins they stand for. */
  readonly items: readonly { name: string; lineId: number }[];
  readonly pins: readonly number[];
}

/** Reads the control. @throws KsError of the node */
export function describeControl(
  base: Pick<MixerControl, 'id' | 'name' | 'node'>,
  node: NodeControl,
  { meter, items, pins }: ControlSurroundings,
): MixerControl {
  const { type, uniform, channels } = node;
  const values = <T>(convert: (value: number) => T): T[] =>
    Array.from({ length: channels }, (_, channel) => convert(node.read(channel)));
  switch (type) {
    case 'VOLUME':
    case 'BASS':
    case 'TREBLE':
      return { ...base, type, uniform, range: levelRange(node), levels: values(ksLevel) };
    case 'MUTE':
      return { ...base, type, uniform, muted: values(Boolean) };
    case 'ONOFF':
    case 'LOUDNESS':
      return { ...base, type, uniform, on: values(Boolean) };
    case 'FADER': {
      const { minimum: min, maximum: max, step } = node.range(0);
      const unit = node.unit === 'FACTOR' ? 'FACTOR' : 'PERCENT';
      return { ...base, type, unit, range: { min, max, step }, value: node.read(0) };
    }
    case 'PEAKMETER':
      return { ...base, type, channels, meter: meter() };
    case 'MUX':
      return { ...base, type, items: [...items], selected: pins.indexOf(node.read(0)) };
  }
}

/** The numbers a client's value stands for; undefined when the value is for another type of control. */
export function numbersOf({ type }: NodeControl, value: ControlValue): readonly number[] | undefined {
  switch (type) {
    case 'VOLUME':
    case 'BASS':
    case 'TREBLE':
      return 'levels' in value ? value.levels : undefined;
    case 'MUTE':
      return 'muted' in value ? value.muted.map(Number) : undefined;
    case 'ONOFF':
    case 'LOUDNESS':
      return 'on' in value ? value.on.map(Number) : undefined;
    case 'FADER':
      return 'value' in value ? [value.value] : undefined;
    case 'PEAKMETER':
    case 'MUX':
      return undefined;
  }
}

/** The range of the first channel stands for all. */
function levelRange(node: NodeControl): LevelRange {
  const { minimum, maximum, step } = node.range(0);
  return { min: ksLevel(minimum), max: ksLevel(maximum), step: ksLevel(step) };
}
