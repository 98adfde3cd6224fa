/** From the articulation model to connection blocks: what `articulationOf` reads, the other way round. */
import type { Articulation } from '../model.ts';
import { NO_SOURCE, type Modulator, type ModulatorSource } from '../modulator.ts';
import { AT_ONCE, OPEN_FILTER, Parameter } from '../parameter.ts';
import { DEFAULT_DLS_MODULATORS, connectionKey, defaultDlsParameters } from './articulation.ts';
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
} from './connections.ts';

const LARGEST_SCALE = 0x7fffffff;
const KEYS = 128;
const MIDDLE_KEY = 60;
const SCALE_PER_CENT = 0x10000;
/** Differences that 16.16 numbers cannot express. */
const TOLERANCE = 1e-5;

const ROUTE_BY_PARAMETER = new Map(ROUTES.map((route) => [route.parameter, route]));
const DESTINATION_BY_PARAMETER = new Map(DESTINATION_PARAMETERS.map((entry) => [entry.parameter, entry]));
const SCALING_BY_TIME = new Map(KEY_SCALINGS.map((entry) => [entry.time, entry]));

/**
 * The connection blocks of an articulation, without those that are level 2's defaults. What level 2 cannot say is left
 * out: modulators of sample offsets, of key scaling and of shutdown times by other names, linked and absolute
 * modulators, fixed keys and velocities, and the convex attack of the modulation envelope.
 */
export function connectionsOf(articulation: Articulation): readonly ConnectionBlock[] {
  const { parameters, modulators } = articulation;
  const defaults = defaultDlsParameters();
  const blocks: ConnectionBlock[] = [];
  const add = (source: number, destination: number, scale: number): void => {
    blocks.push({
      source,
      control: Source.none,
      destination,
      transform: bipolarOf(source),
      scale: fit(scale),
    });
  };
  for (const entry of DESTINATION_PARAMETERS) {
    let value = parameters[entry.parameter]!;
    if (Math.abs(value - defaults[entry.parameter]!) < TOLERANCE) continue;
    const scaling = SCALING_BY_TIME.get(entry.parameter);
    // The model counts from the middle key, a connection from key 0.
    if (scaling !== undefined && value > AT_ONCE) value += parameters[scaling.perKey]! * MIDDLE_KEY;
    if (entry.isTime && value <= AT_ONCE) add(Source.none, entry.destination, NO_TIME);
    else if (entry.parameter === Parameter.filterCutoff && value >= OPEN_FILTER)
      add(Source.none, entry.destination, NO_FILTER);
    else if (entry.parameter === Parameter.volumeSustain)
      // Its range ends at no level at all, 96 dB.
      add(Source.none, entry.destination, (Math.min(value, entry.offset) - entry.offset) / entry.factor);
    else add(Source.none, entry.destination, (value - entry.offset) / entry.factor);
  }
  for (const scaling of KEY_SCALINGS) {
    const perKey = parameters[scaling.perKey]!;
    if (perKey !== 0) add(Source.keyNumber, scaling.destination, -perKey * KEYS * SCALE_PER_CENT);
  }
  for (const route of ROUTES) {
    const value = parameters[route.parameter]!;
    if (value !== 0) add(route.source, route.destination, value / route.factor);
  }
  const perKey = parameters[Parameter.scaleTuning]!;
  if (perKey !== 100) add(Source.keyNumber, Destination.pitch, perKey * KEYS * SCALE_PER_CENT);
  addModulators(blocks, modulators);
  return blocks;
}

function addModulators(blocks: ConnectionBlock[], modulators: readonly Modulator[]): void {
  const known = new Map(DEFAULT_DLS_MODULATORS.map((entry) => [connectionKey(entry), entry]));
  for (const modulator of modulators) {
    const key = connectionKey(modulator);
    const standard = known.get(key);
    known.delete(key);
    if (standard !== undefined && isEqual(standard, modulator)) continue;
    const block = blockOf(modulator);
    if (block !== undefined) blocks.push(block);
  }
  // A default that the list does not have is switched off.
  for (const missing of known.values()) {
    const block = blockOf(missing);
    if (block !== undefined) blocks.push({ ...block, scale: 0 });
  }
}

function isEqual(a: Modulator, b: Modulator): boolean {
  return (
    Math.abs(a.amount - b.amount) < TOLERANCE &&
    a.transform === b.transform &&
    transformOf(a.source) === transformOf(b.source) &&
    transformOf(a.amountSource) === transformOf(b.amountSource)
  );
}

function blockOf(modulator: Modulator): ConnectionBlock | undefined {
  const { source, amountSource, destination, amount } = modulator;
  if (modulator.transform !== 'linear' || !('parameter' in destination)) return undefined;
  const from = numberOf(source);
  const control = numberOf(amountSource);
  if (from === undefined || control === undefined) return undefined;
  const target = DESTINATION_BY_PARAMETER.get(destination.parameter);
  if (target !== undefined) {
    return {
      source: from,
      control,
      destination: target.destination,
      transform:
        (transformOf(source) << Transform.sourceShift) |
        (transformOf(amountSource) << Transform.controlShift),
      scale: fit(amount / target.factor),
    };
  }
  const route = ROUTE_BY_PARAMETER.get(destination.parameter);
  // The LFO or envelope is the block's source, so there is room for one controller only.
  if (route === undefined || amountSource.kind !== NO_SOURCE.kind) return undefined;
  return {
    source: route.source,
    control: from,
    destination: route.destination,
    transform: bipolarOf(route.source) | (transformOf(source) << Transform.controlShift),
    scale: fit(amount / route.factor),
  };
}

function bipolarOf(source: number): number {
  return source === Source.lfo || source === Source.vibrato ? Transform.sourceBipolar : 0;
}

/** The six bits of a source's transform: inverted, bipolar, curve. */
function transformOf(source: ModulatorSource): number {
  return (source.inverted ? 0x20 : 0) | (source.bipolar ? 0x10 : 0) | CURVES.indexOf(source.curve);
}

function numberOf(source: ModulatorSource): number | undefined {
  switch (source.kind) {
    case 'none':
      return Source.none;
    case 'velocity':
      return Source.keyOnVelocity;
    case 'key':
      return Source.keyNumber;
    case 'pitchWheel':
      return Source.pitchWheel;
    case 'polyPressure':
      return Source.polyPressure;
    case 'channelPressure':
      return Source.channelPressure;
    case 'pitchWheelRange':
      return Source.rpn0;
    case 'controller':
      return Source.controller + source.controller;
    case 'link':
      return undefined;
  }
}

function fit(scale: number): number {
  return Math.max(NO_TIME, Math.min(LARGEST_SCALE, Math.round(scale)));
}
