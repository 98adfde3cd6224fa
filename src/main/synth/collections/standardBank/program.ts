/** How a program of the built-in bank is described: waves in layers, with their articulation in musical units. */
import { FALL_DECIBELS, Parameter, defaultParameters } from '../parameter.ts';
import { NO_SOURCE, type Modulator, type ModulatorSource } from '../modulator.ts';
import { DEFAULT_DLS_MODULATORS, defaultDlsParameters } from '../dls/articulation.ts';
import type { Articulation } from '../model.ts';
import type { WaveRecipe } from './wave.ts';

export interface EnvelopeShape {
  /** Seconds. */
  readonly attack?: number;
  readonly hold?: number;
  /** Seconds for a fall by 60 dB at key 60. */
  readonly decay?: number;
  /** dB below the peak. */
  readonly sustain?: number;
  /** Seconds for a fall by 60 dB. */
  readonly release?: number;
  /** Timecents by which the decay shortens per key. */
  readonly keyDecay?: number;
}

export interface FilterShape {
  /** Hertz at key 60. */
  readonly cutoff: number;
  /** Cents per key; by default half the way of the key. */
  readonly tracking?: number;
  /** dB. */
  readonly resonance?: number;
  /** Cents at the envelope's peak. */
  readonly envelope?: number;
  /** Seconds. */
  readonly attack?: number;
  readonly decay?: number;
  /** Percent. */
  readonly sustain?: number;
  /** Cents by which the softest note is darker. */
  readonly velocity?: number;
}

export interface LfoShape {
  readonly hertz: number;
  /** Seconds. */
  readonly delay?: number;
  /** Cents. */
  readonly pitch?: number;
  /** dB. */
  readonly level?: number;
  /** Cents of the filter's corner. */
  readonly cutoff?: number;
}

export interface Layer {
  readonly wave: WaveRecipe;
  /** Root keys of the waves, rising. */
  readonly roots: readonly number[];
  /** dB over the program's level. */
  readonly level?: number;
  /** Cents. */
  readonly tune?: number;
  /** Percent, -50 to 50. */
  readonly pan?: number;
  readonly envelope: EnvelopeShape;
  readonly filter?: FilterShape;
  /** Depth without any controller. */
  readonly vibrato?: LfoShape;
  readonly tremolo?: LfoShape;
  /** Percent. */
  readonly reverb?: number;
  readonly chorus?: number;
  /** Cents at the start of the note, falling to none in `seconds`. */
  readonly bend?: { readonly cents: number; readonly seconds: number };
}

export interface Program {
  readonly name: string;
  readonly layers: readonly Layer[];
}

/** What decay times are for over 60 dB. */
const FALL_OVER_60 = FALL_DECIBELS / 60;
const FILTER_REFERENCE_KEY = 60;

/** Of a time in seconds; 0.2 ms is the shortest. */
export const timecents = (seconds: number): number => 1200 * Math.log2(Math.max(seconds, 0.0002));
/** Of a frequency in Hz. */
export const absoluteCents = (hertz: number): number => 6900 + 1200 * Math.log2(hertz / 440);

function unipolar(kind: ModulatorSource['kind'], inverted: boolean): ModulatorSource {
  return { kind, controller: 0, curve: 'linear', bipolar: false, inverted };
}

function modulator(source: ModulatorSource, parameter: Parameter, amount: number): Modulator {
  return { source, amountSource: NO_SOURCE, destination: { parameter }, amount, transform: 'linear' };
}

const WHEEL: ModulatorSource = { ...unipolar('controller', false), controller: 1 };

/** The articulation of a layer; `attenuation` in dB. */
export function articulationOfLayer(layer: Layer, attenuation: number): Articulation {
  const values = defaultParameters();
  values.set(defaultDlsParameters());
  const modulators: Modulator[] = [...DEFAULT_DLS_MODULATORS];
  const { envelope, filter, vibrato, tremolo, bend } = layer;

  values[Parameter.attenuation] = attenuation - (layer.level ?? 0);
  values[Parameter.pitch] = layer.tune ?? 0;
  values[Parameter.pan] = layer.pan ?? 0;
  values[Parameter.reverbSend] = layer.reverb ?? 0;
  values[Parameter.chorusSend] = layer.chorus ?? 0;

  values[Parameter.volumeAttack] = timecents(envelope.attack ?? 0.001);
  if (envelope.hold !== undefined) values[Parameter.volumeHold] = timecents(envelope.hold);
  values[Parameter.volumeDecay] = timecents((envelope.decay ?? 1) * FALL_OVER_60);
  values[Parameter.volumeSustain] = envelope.decay === undefined ? 0 : (envelope.sustain ?? 96);
  values[Parameter.volumeRelease] = timecents((envelope.release ?? 0.25) * FALL_OVER_60);
  // The model counts keys below 60.
  values[Parameter.keyToVolumeDecay] = envelope.keyDecay ?? 0;

  if (filter !== undefined) {
    const tracking = filter.tracking ?? 50;
    values[Parameter.filterCutoff] = absoluteCents(filter.cutoff) - tracking * FILTER_REFERENCE_KEY;
    values[Parameter.filterResonance] = filter.resonance ?? 0;
    values[Parameter.modulationEnvelopeToCutoff] = filter.envelope ?? 0;
    if (tracking !== 0) {
      modulators.push(modulator(unipolar('key', false), Parameter.filterCutoff, tracking * 127));
    }
    const velocity = filter.velocity ?? 1200;
    if (velocity !== 0)
      modulators.push(modulator(unipolar('velocity', true), Parameter.filterCutoff, -velocity));
  }
  if (filter?.envelope !== undefined || bend !== undefined) {
    values[Parameter.modulationAttack] = timecents(filter?.attack ?? 0.0005);
    values[Parameter.modulationDecay] = timecents(filter?.decay ?? bend?.seconds ?? 1);
    values[Parameter.modulationSustain] = filter?.sustain ?? 0;
    values[Parameter.modulationRelease] = timecents(0.5);
    values[Parameter.modulationEnvelopeToPitch] = bend?.cents ?? 0;
  }

  values[Parameter.vibratoLfoFrequency] = absoluteCents(vibrato?.hertz ?? 5.3);
  values[Parameter.vibratoLfoDelay] = timecents(vibrato?.delay ?? 0.01);
  values[Parameter.vibratoLfoToPitch] = vibrato?.pitch ?? 0;
  modulators.push(modulator(WHEEL, Parameter.vibratoLfoToPitch, 50));
  modulators.push(modulator(unipolar('channelPressure', false), Parameter.vibratoLfoToPitch, 50));
  if (tremolo !== undefined) {
    values[Parameter.modulationLfoFrequency] = absoluteCents(tremolo.hertz);
    values[Parameter.modulationLfoDelay] = timecents(tremolo.delay ?? 0.01);
    values[Parameter.modulationLfoToVolume] = tremolo.level ?? 0;
    values[Parameter.modulationLfoToCutoff] = tremolo.cutoff ?? 0;
    values[Parameter.modulationLfoToPitch] = tremolo.pitch ?? 0;
  }
  return { parameters: values, modulators, modulationAttackCurve: 'linear' };
}
