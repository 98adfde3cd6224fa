/** From connection blocks to the articulation model. */
import type { Articulation } from '../model.ts';
import { NO_SOURCE, type Modulator, type ModulatorSource, type ModulatorSourceKind } from '../modulator.ts';
import { AT_ONCE, OPEN_FILTER, PARAMETER_COUNT, Parameter, defaultParameters } from '../parameter.ts';
import {
  CURVES,
  DESTINATION_PARAMETERS,
  Destination,
  KEY_SCALINGS,
  NO_FILTER,
  NO_TIME,
  ROUTES,
  Source,
  Transform,
  type ConnectionBlock,
  type DestinationParameter,
} from './connections.ts';

/** Cents per key of a scale of 12800: 100. */
const KEYS = 128;
/** The key at which the model's key scaling of times is 0. */
const MIDDLE_KEY = 60;

const DESTINATIONS = new Map(DESTINATION_PARAMETERS.map((entry) => [entry.destination, entry]));
const SCALINGS = new Map(KEY_SCALINGS.map((entry) => [entry.destination, entry]));

/** 1200 log2(5 Hz / 8.176 Hz): both LFOs. */
const LFO_FREQUENCY = 1200 * Math.log2(5 / (440 * 2 ** (-69 / 12)));
/** 10 ms. */
const LFO_DELAY = 1200 * Math.log2(0.01);

/** Parameters of a region without any articulation. DLS level 2 1.6.6, table 4. */
export function defaultDlsParameters(): Float64Array {
  const parameters = defaultParameters();
  for (const entry of DESTINATION_PARAMETERS) if (entry.isTime) parameters[entry.parameter] = AT_ONCE;
  parameters[Parameter.modulationLfoFrequency] = LFO_FREQUENCY;
  parameters[Parameter.vibratoLfoFrequency] = LFO_FREQUENCY;
  parameters[Parameter.modulationLfoDelay] = LFO_DELAY;
  parameters[Parameter.vibratoLfoDelay] = LFO_DELAY;
  // 15 ms.
  parameters[Parameter.volumeShutdown] = 1200 * Math.log2(0.015);
  return parameters;
}

const plain = (kind: ModulatorSourceKind, controller = 0): ModulatorSource => ({
  kind,
  controller,
  curve: 'linear',
  bipolar: false,
  inverted: false,
});
const levelSource = (source: ModulatorSource): ModulatorSource => ({
  ...source,
  curve: 'concave',
  inverted: true,
});

function connect(
  source: ModulatorSource,
  parameter: Parameter,
  amount: number,
  amountSource: ModulatorSource = NO_SOURCE,
): Modulator {
  return { source, amountSource, destination: { parameter }, amount, transform: 'linear' };
}

/**
 * Connections that every region has unless it has one with the same source, control and destination. DLS level 2
 * 1.6.6, table 5. Key number to pitch is `Parameter.scaleTuning`; channel tuning (RPN 1 and 2) is the synthesizer's.
 */
export const DEFAULT_DLS_MODULATORS: readonly Modulator[] = [
  connect(levelSource(plain('velocity')), Parameter.attenuation, 96),
  connect(levelSource(plain('controller', 7)), Parameter.attenuation, 96),
  connect(levelSource(plain('controller', 11)), Parameter.attenuation, 96),
  connect({ ...plain('controller', 10), bipolar: true }, Parameter.pan, 50.8),
  connect(plain('controller', 91), Parameter.reverbSend, 100),
  connect(plain('controller', 93), Parameter.chorusSend, 100),
  connect({ ...plain('pitchWheel'), bipolar: true }, Parameter.pitch, 12_800, plain('pitchWheelRange')),
];

/** DLS says source, control and destination make a connection; how they are transformed does not tell two apart. */
export function connectionKey(modulator: Modulator): string {
  const { source, amountSource, destination } = modulator;
  const target = 'parameter' in destination ? destination.parameter : -1;
  return `${source.kind}${source.controller} ${amountSource.kind}${amountSource.controller} ${target}`;
}

/**
 * The articulation that connection blocks describe. Blocks with sources or destinations that DLS level 2 does not
 * define, or combinations it does not allow, have no effect. Blocks of an art1 chunk go through `levelOneBlock`.
 */
export function articulationOf(blocks: readonly ConnectionBlock[]): Articulation {
  const builder = new ArticulationBuilder();
  for (const block of blocks) builder.add(block);
  return builder.finish();
}

/** Level 1's block in level 2's words: its one transform is that of source and control. */
export function levelOneBlock(block: ConnectionBlock): ConnectionBlock {
  const curve = block.transform & Transform.curveMask;
  return { ...block, transform: (curve << Transform.sourceShift) | (curve << Transform.controlShift) };
}

class ArticulationBuilder {
  readonly #parameters = defaultDlsParameters();
  readonly #modulators = new Map(DEFAULT_DLS_MODULATORS.map((entry) => [connectionKey(entry), entry]));
  /** Key scaling of times, added when all blocks are known: a plain time block replaces the default. */
  readonly #scaled = new Map<Parameter, number>();

  add(block: ConnectionBlock): void {
    const { source, control } = block;
    // What has a control only is as well a connection with that source.
    if (source === Source.none && control !== Source.none) {
      const curve = ((block.transform >> Transform.controlShift) & 0x3f) << Transform.sourceShift;
      this.add({ ...block, source: control, control: Source.none, transform: curve });
      return;
    }
    const route = ROUTES.find((entry) => entry.source === source && entry.destination === block.destination);
    if (route !== undefined) {
      this.#addRoute(block, route.parameter, route.factor);
      return;
    }
    if (source === Source.keyNumber && control === Source.none) {
      if (this.#addKeyConnection(block)) return;
    }
    const target = DESTINATIONS.get(block.destination);
    if (target === undefined) return;
    if (source === Source.none) this.#parameters[target.parameter] = staticValue(block.scale, target);
    else this.#addModulator(block, target.parameter, target.factor);
  }

  finish(): Articulation {
    for (const [parameter, timecents] of this.#scaled) {
      if (this.#parameters[parameter]! > AT_ONCE) this.#parameters[parameter]! += timecents;
    }
    return {
      parameters: this.#parameters,
      modulators: [...this.#modulators.values()].filter((entry) => entry.amount !== 0),
      modulationAttackCurve: 'linear',
    };
  }

  /** LFO or envelope to something, constantly or as far as a controller says. */
  #addRoute(block: ConnectionBlock, parameter: Parameter, factor: number): void {
    const inverted = (block.transform & Transform.sourceInverted) !== 0;
    const amount = block.scale * factor * (inverted ? -1 : 1);
    if (block.control === Source.none) {
      this.#parameters[parameter] = amount;
      return;
    }
    const source = sourceOf(
      block.control,
      block.transform >> Transform.controlShift,
      (block.transform & Transform.controlBipolar) !== 0,
      (block.transform & Transform.controlInverted) !== 0,
    );
    if (source !== undefined) this.#put(connect(source, parameter, amount));
  }

  /** Key number to pitch and to hold and decay times; false when it is an ordinary modulator. */
  #addKeyConnection(block: ConnectionBlock): boolean {
    if (((block.transform >> Transform.sourceShift) & Transform.curveMask) !== 0) return false;
    const bipolar = (block.transform & Transform.sourceBipolar) !== 0;
    const sign = (block.transform & Transform.sourceInverted) !== 0 ? -1 : 1;
    const full = block.scale / 0x10000;
    const perKey = ((bipolar ? 2 : 1) * sign * full) / KEYS;
    if (block.destination === Destination.pitch) {
      this.#parameters[Parameter.scaleTuning] = perKey;
      return true;
    }
    const scaling = SCALINGS.get(block.destination);
    if (scaling === undefined) return false;
    const atKeyZero = (bipolar ? -1 : 0) * sign * full + (sign < 0 && !bipolar ? full : 0);
    this.#parameters[scaling.perKey] = -perKey;
    this.#scaled.set(scaling.time, atKeyZero + MIDDLE_KEY * perKey);
    return true;
  }

  #addModulator(block: ConnectionBlock, parameter: Parameter, factor: number): void {
    const { transform } = block;
    let source = sourceOf(
      block.source,
      transform >> Transform.sourceShift,
      (transform & Transform.sourceBipolar) !== 0,
      (transform & Transform.sourceInverted) !== 0,
    );
    const control = sourceOf(
      block.control,
      transform >> Transform.controlShift,
      (transform & Transform.controlBipolar) !== 0,
      (transform & Transform.controlInverted) !== 0,
    );
    if (source === undefined || control === undefined) return;
    // Level 1 writes the loss of level of a soft note without inverting its source; it means this.
    const isLoss = parameter === Parameter.attenuation && block.scale < 0 && source.curve === 'concave';
    if (isLoss && !source.bipolar) source = { ...source, inverted: true };
    this.#put(connect(source, parameter, block.scale * factor, control));
  }

  #put(modulator: Modulator): void {
    this.#modulators.set(connectionKey(modulator), modulator);
  }
}

function staticValue(scale: number, target: DestinationParameter): number {
  if (target.isTime && scale === NO_TIME) return AT_ONCE;
  if (target.parameter === Parameter.filterCutoff && scale === NO_FILTER) return OPEN_FILTER;
  return scale * target.factor + target.offset;
}

const KINDS = new Map<number, ModulatorSourceKind>([
  [Source.keyOnVelocity, 'velocity'],
  [Source.keyNumber, 'key'],
  [Source.pitchWheel, 'pitchWheel'],
  [Source.polyPressure, 'polyPressure'],
  [Source.channelPressure, 'channelPressure'],
  [Source.rpn0, 'pitchWheelRange'],
]);

function sourceOf(
  number: number,
  curveBits: number,
  bipolar: boolean,
  inverted: boolean,
): ModulatorSource | undefined {
  if (number === Source.none) return NO_SOURCE;
  const curve = CURVES[curveBits & Transform.curveMask];
  if (curve === undefined) return undefined;
  if (number >= Source.controller && number < Source.controller + KEYS) {
    return { kind: 'controller', controller: number - Source.controller, curve, bipolar, inverted };
  }
  const kind = KINDS.get(number);
  return kind && { kind, controller: 0, curve, bipolar, inverted };
}

/** What a region's wave sample chunk and wave link add to its articulation. */
export interface RegionOffsets {
  /** Cents. */
  readonly pitch: number;
  /** dB. */
  readonly attenuation: number;
  /** Percent. */
  readonly pan: number;
}

/** Articulations of regions that differ in nothing but their wave samples share the modulators. */
export class ArticulationOffsets {
  readonly #base: Articulation;
  readonly #known = new Map<string, Articulation>();

  constructor(base: Articulation) {
    this.#base = base;
  }

  with(offsets: RegionOffsets): Articulation {
    const { pitch, attenuation, pan } = offsets;
    const key = `${pitch} ${attenuation} ${pan}`;
    let articulation = this.#known.get(key);
    if (articulation === undefined) {
      const parameters = new Float64Array(PARAMETER_COUNT);
      parameters.set(this.#base.parameters);
      parameters[Parameter.pitch]! += pitch;
      parameters[Parameter.attenuation]! += attenuation;
      parameters[Parameter.pan]! += pan;
      articulation = { ...this.#base, parameters };
      this.#known.set(key, articulation);
    }
    return articulation;
  }
}
