/** The node helpers most drivers need: levels, switches and peak meters. The others are next to them in nodes/. */
export { quantiseLevel, volumeLevelItem, type LevelRangeDescription } from './nodes/level.ts';
export { muteItem } from './nodes/switch.ts';
export { PEAK_FULL_SCALE, peakMeterItem } from './nodes/peakMeter.ts';
