/**
 * An articulation made ready to be played: its modulators as flat tables, sorted by when their sources can change, so
 * that a note-on and a controller cost little.
 */
import type { Articulation } from '../collections/model.ts';
import { sourceOutput, type Modulator, type ModulatorSource } from '../collections/modulator.ts';
import { Parameter, PARAMETER_COUNT, PARAMETER_RANGES } from '../collections/parameter.ts';
import type { MidiChannel } from './midiChannel.ts';

/** What must be worked out again when parameters change. */
export const CONCERNS = { pitch: 1, level: 2, filter: 4, envelopes: 8, lfos: 16 } as const;
export const ALL_CONCERNS = 31;

const CONCERN_OF = new Uint8Array(PARAMETER_COUNT);
for (const parameter of [
  Parameter.pitch,
  Parameter.scaleTuning,
  Parameter.modulationEnvelopeToPitch,
  Parameter.modulationLfoToPitch,
  Parameter.vibratoLfoToPitch,
])
  CONCERN_OF[parameter] = CONCERNS.pitch;
for (const parameter of [
  Parameter.attenuation,
  Parameter.pan,
  Parameter.reverbSend,
  Parameter.chorusSend,
  Parameter.modulationLfoToVolume,
])
  CONCERN_OF[parameter] = CONCERNS.level;
for (const parameter of [
  Parameter.filterCutoff,
  Parameter.filterResonance,
  Parameter.modulationEnvelopeToCutoff,
  Parameter.modulationLfoToCutoff,
])
  CONCERN_OF[parameter] = CONCERNS.filter;
for (let parameter: number = Parameter.volumeDelay; parameter <= Parameter.keyToModulationDecay; parameter++)
  CONCERN_OF[parameter] = CONCERNS.envelopes;
CONCERN_OF[Parameter.modulationLfoFrequency] = CONCERNS.lfos;
CONCERN_OF[Parameter.vibratoLfoFrequency] = CONCERNS.lfos;

/** Numbers of the sources that are no controllers; those are 0 to 127. */
export const SOURCE = {
  none: 128,
  velocity: 129,
  key: 130,
  polyPressure: 131,
  channelPressure: 132,
  pitchWheel: 133,
  pitchWheelRange: 134,
  link: 135,
} as const;
const SOURCES = 136;

const minima = Float64Array.from(PARAMETER_RANGES, ({ min }) => min);
const maxima = Float64Array.from(PARAMETER_RANGES, ({ max }) => max);

interface Step {
  readonly source: number;
  readonly sourceTable: SourceTable;
  readonly amountSource: number;
  readonly amountTable: SourceTable;
  readonly amount: number;
  readonly isAbsolute: boolean;
  /** Parameter, or `PARAMETER_COUNT` + index of the modulator whose link this feeds. */
  readonly target: number;
  /** Slot of the link this one reads; -1 for none. */
  readonly link: number;
}

/**
 * An articulation’s connections in the order in which voices work them out, once for each region. Allocates nothing
 * while it is evaluated.
 */
export class ArticulationProgram {
  readonly articulation: Articulation;
  /** What must be worked out again when source `index` moves. */
  readonly concerns = new Uint8Array(SOURCES);
  readonly #fixed: readonly Step[];
  readonly #moving: readonly Step[];
  /** Inputs of linked modulators while a note is worked out. */
  readonly #links: Float64Array;

  constructor(articulation: Articulation, tables: SourceTables) {
    this.articulation = articulation;
    const { modulators } = articulation;
    const order = inOrder(modulators);
    const isMoving = movingModulators(modulators, order);
    const steps = order.map((index) => stepOf(modulators, index, tables));
    // As soon as one of the modulators is linked, all are worked out together.
    const isLinked = hasLinks(modulators);
    this.#fixed = isLinked ? [] : steps.filter((_step, place) => !isMoving[order[place]!]);
    this.#moving = isLinked ? steps : steps.filter((_step, place) => isMoving[order[place]!]);
    this.#links = new Float64Array(isLinked ? modulators.length : 0);
    modulators.forEach((_modulator, index) => this.#concern(modulators, index));
  }

  /** What does not change during a note: the parameters and what its key and velocity add to them. */
  evaluateFixed(parameters: Float64Array, key: number, velocity: number): void {
    parameters.set(this.articulation.parameters);
    for (const step of this.#fixed) parameters[step.target]! += this.#output(step, undefined, key, velocity);
  }

  /** `parameters` = `fixed` plus what controllers and the channel's offsets add, inside the permitted ranges. */
  evaluate(
    parameters: Float64Array,
    fixed: Float64Array,
    channel: MidiChannel,
    key: number,
    velocity: number,
  ): void {
    const { offsets } = channel;
    for (let parameter = 0; parameter < PARAMETER_COUNT; parameter++)
      parameters[parameter] = fixed[parameter]! + offsets[parameter]!;
    if (this.#links.length > 0) this.#links.fill(0);
    for (const step of this.#moving) {
      const output = this.#output(step, channel, key, velocity);
      if (step.target < PARAMETER_COUNT) parameters[step.target]! += output;
      else this.#links[step.target - PARAMETER_COUNT]! += output;
    }
    for (let parameter = 0; parameter < PARAMETER_COUNT; parameter++) {
      const value = parameters[parameter]!;
      if (value < minima[parameter]!) parameters[parameter] = minima[parameter]!;
      else if (value > maxima[parameter]!) parameters[parameter] = maxima[parameter]!;
    }
  }

  #output(step: Step, channel: MidiChannel | undefined, key: number, velocity: number): number {
    const first =
      step.link >= 0
        ? this.#links[step.link]!
        : sourceValue(step.source, step.sourceTable, channel, key, velocity);
    const second = sourceValue(step.amountSource, step.amountTable, channel, key, velocity);
    const output = first * second * step.amount;
    return step.isAbsolute ? Math.abs(output) : output;
  }

  /** Enters what modulator `index` leads to at its sources. A chain of links ends after as many steps as there are. */
  #concern(modulators: readonly Modulator[], index: number): void {
    const { source, amountSource, destination } = modulators[index]!;
    let target = destination;
    for (let steps = 0; steps < modulators.length && 'modulator' in target; steps++) {
      const next = modulators[target.modulator];
      if (next === undefined) return;
      target = next.destination;
    }
    if ('modulator' in target) return;
    const concern = CONCERN_OF[target.parameter]!;
    this.concerns[sourceNumber(source)]! |= concern;
    this.concerns[sourceNumber(amountSource)]! |= concern;
  }
}

/** Feeders before the modulators they feed. */
function inOrder(modulators: readonly Modulator[]): number[] {
  if (!hasLinks(modulators)) return modulators.map((_modulator, index) => index);
  const order: number[] = [];
  const visited = new Set<number>();
  const visit = (index: number): void => {
    if (visited.has(index)) return;
    visited.add(index);
    modulators.forEach(({ destination }, feeder) => {
      if ('modulator' in destination && destination.modulator === index) visit(feeder);
    });
    order.push(index);
  };
  modulators.forEach((_modulator, index) => visit(index));
  return order;
}

const hasLinks = (modulators: readonly Modulator[]): boolean =>
  modulators.some(({ destination }) => 'modulator' in destination);

/** Which modulators depend on more than key and velocity. */
function movingModulators(modulators: readonly Modulator[], order: readonly number[]): boolean[] {
  const moving = modulators.map(
    ({ source, amountSource }) => !isFixedSource(source) || !isFixedSource(amountSource),
  );
  for (const index of order) {
    const { destination } = modulators[index]!;
    if (moving[index] === true && 'modulator' in destination) moving[destination.modulator] = true;
  }
  return moving;
}

const isFixedSource = ({ kind }: ModulatorSource): boolean =>
  kind === 'none' || kind === 'velocity' || kind === 'key' || kind === 'link';

function stepOf(modulators: readonly Modulator[], index: number, tables: SourceTables): Step {
  const { source, amountSource, amount, transform, destination } = modulators[index]!;
  return {
    source: sourceNumber(source),
    sourceTable: tables.of(source),
    amountSource: sourceNumber(amountSource),
    amountTable: tables.of(amountSource),
    amount,
    isAbsolute: transform === 'absolute',
    target: 'parameter' in destination ? destination.parameter : PARAMETER_COUNT + destination.modulator,
    link: source.kind === 'link' ? index : -1,
  };
}

const sourceNumber = ({ kind, controller }: ModulatorSource): number =>
  kind === 'controller' ? controller : SOURCE[kind];

/** Outputs of a source: of values 0 to 127, or of the pitch wheel's 16384 where that is the source. */
type SourceTable = Float64Array;

/** The tables of a collection's sources; most sources share a few of them. */
export class SourceTables {
  readonly #bySource = new Map<ModulatorSource, SourceTable>();
  readonly #tables = new Map<string, SourceTable>();

  of(source: ModulatorSource): SourceTable {
    const known = this.#bySource.get(source);
    if (known !== undefined) return known;
    const table = this.#find(source);
    this.#bySource.set(source, table);
    return table;
  }

  #find(source: ModulatorSource): SourceTable {
    const { kind, curve, bipolar, inverted } = source;
    const length = kind === 'pitchWheel' ? 16_384 : 128;
    const name = `${length} ${curve} ${bipolar} ${inverted}`;
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = Float64Array.from({ length }, (_none, value) => sourceOutput(source, value));
      this.#tables.set(name, table);
    }
    return table;
  }
}

function sourceValue(
  source: number,
  table: SourceTable,
  channel: MidiChannel | undefined,
  key: number,
  velocity: number,
): number {
  if (source < 128) return table[channel!.controllers[source]!]!;
  switch (source) {
    case SOURCE.velocity:
      return table[velocity]!;
    case SOURCE.key:
      return table[key]!;
    case SOURCE.polyPressure:
      return table[channel!.polyPressure[key]!]!;
    case SOURCE.channelPressure:
      return table[channel!.pressure]!;
    case SOURCE.pitchWheel:
      return table[channel!.pitchWheel]!;
    case SOURCE.pitchWheelRange:
      // Cents of the range count, too.
      return channel!.pitchWheelRange / 128;
    default:
      return 1;
  }
}
