import { OPEN_FILTER, Parameter, PARAMETER_COUNT } from '../collections/parameter.ts';
import { FILTER_SCALE, FLOAT_SCALE, INTEGER_SCALE } from '../kernel/kernel.ts';
import * as at from '../kernel/layout.ts';
import type { KernelMemory } from '../kernel/memory.ts';
import type { LoadedCollection, PlayableInstrument, PlayableRegion } from '../loadedCollection.ts';
import { ALL_CONCERNS, CONCERNS, type ArticulationProgram } from './articulationProgram.ts';
import {
  absoluteCentsToHertz,
  attenuationToGain,
  CENTS,
  LOWEST_OCTAVE,
  OCTAVE_RATIOS,
  RATIOS,
  timecentsToSeconds,
} from './conversions.ts';
import { FILTER_TABLE_END, FILTER_TABLE_STEP } from './filterTable.ts';
import { Lfo } from './lfo.ts';
import type { DrumKey, MidiChannel } from './midiChannel.ts';
import { ModulationEnvelope } from './modulationEnvelope.ts';
import { VolumeEnvelope } from './volumeEnvelope.ts';

const TWO_32 = 2 ** 32;
/** Q of a filter without resonance, in dB: Butterworth. */
const FLAT_RESONANCE = -3.0103;
/** A level at which a note is not worth its place any more, whatever its envelope: -134 dB. */
const INAUDIBLE = 2e-7;
const SHORTEST_DELAY = -12_000;
/** Timecents: a note that ends faster than in 16 ms clicks, so whatever the bank says, none does. */
const SHORTEST_RELEASE = -7200;
/** No sample plays faster than this over its own pitch: 256 elements per frame. */
const HIGHEST_CENTS = 9600;

/** What all voices of a synthesizer share. */
export interface VoiceEnvironment {
  readonly memory: KernelMemory;
  readonly sampleRate: number;
  /** See filterTable.ts. */
  readonly filters: Float64Array;
  /** The effects there are: sends to others are not rendered. */
  reverb: boolean;
  chorus: boolean;
}

/** What a voice is started with. */
export interface NoteOn {
  channel: MidiChannel;
  key: number;
  velocity: number;
  /** Number of the note-on, rising. */
  order: number;
  /** Portamento: the note begins this many cents away and glides to its own pitch in so many frames. */
  glideCents: number;
  glideFrames: number;
}

/**
 * One region of one note: envelopes, LFOs, filter and gains, worked out once per tick for the tick's end and written
 * as steps into the kernel's record of the voice, which draws straight lines between.
 *
 * Start, release and end of the sample are exact to the frame.
 *
 * One file, although it is long: what a tick works out are fields of one object, since numbers handed to other objects
 * would be boxed. Envelopes, LFOs, the articulation and conversions are apart.
 */
export class Voice {
  active = false;
  /** Ended early, fading: reached by no message. */
  dying = false;
  keyDown = false;
  /** Held by the sustain or sostenuto pedal. */
  pedalHeld = false;
  /** The key was down when the sostenuto pedal was pressed. */
  sostenutoHeld = false;
  channel!: MidiChannel;
  key = 0;
  order = 0;
  priority = 0;
  instrument!: PlayableInstrument;
  region!: PlayableRegion;
  /** Frames until the sound begins; 0 when it sounds. */
  delay = 0;
  /** See KIND_* in the kernel's layout. */
  kind = 0;
  /** Address of the kernel's record. */
  readonly record: number;

  readonly #environment: VoiceEnvironment;
  readonly #memory: KernelMemory;
  readonly #sampleRate: number;
  readonly #volume = new VolumeEnvelope();
  readonly #modulation = new ModulationEnvelope();
  readonly #modulationLfo = new Lfo();
  readonly #vibratoLfo = new Lfo();
  /** Parameters with all that does not move during the note, and with all that does. */
  readonly #fixed = new Float64Array(PARAMETER_COUNT);
  readonly #parameters = new Float64Array(PARAMETER_COUNT);
  #collection: LoadedCollection | undefined;
  #program!: ArticulationProgram;
  /** Key and velocity that count for the sound. */
  #soundKey = 0;
  #soundVelocity = 0;
  #drumKey: DrumKey | undefined;
  /** CONCERNS that are to be worked out at the next tick. */
  #stale = 0;
  /** Frames of the note up to the place that the envelopes stand at. */
  #age = 0;
  /** Frames of the segment that the kernel's steps are for. */
  #segment = 0;

  #hasModulationEnvelope = false;
  #hasModulationLfo = false;
  #hasVibratoLfo = false;

  /** Cents without envelope and LFOs, and what these add. */
  #cents = 0.5;
  #glide = 0.5;
  #glideStep = 0.5;
  #modulationEnvelopeToPitch = 0.5;
  #modulationLfoToPitch = 0.5;
  #vibratoLfoToPitch = 0.5;
  #lastCents = 0.5;

  #gain = 0.5;
  #left = 0.5;
  #right = 0.5;
  #reverb = 0.5;
  #chorus = 0.5;
  #modulationLfoToVolume = 0.5;
  /** The kernel's gains stand where they are to stay. */
  #settled = false;
  /** Amplitude at the place the kernel is sent to, and at the one before. */
  #level = 0.5;
  #lastLevel = 0.5;

  #isFiltered = false;
  #cutoff = 0.5;
  #resonance = 0.5;
  #modulationEnvelopeToCutoff = 0.5;
  #modulationLfoToCutoff = 0.5;
  #lastCutoff = 0.5;
  #lastResonance = 0.5;
  #damping = 0.5;

  constructor(environment: VoiceEnvironment, record: number) {
    this.#environment = environment;
    this.#memory = environment.memory;
    this.#sampleRate = environment.sampleRate;
    this.record = record;
  }

  /** How loud it is, or is going to be: what is not heard may go first. */
  get loudness(): number {
    return (this.#volume.rising ? 1 : this.#volume.level) * this.#gain;
  }

  get released(): boolean {
    return this.#volume.released;
  }

  /** Starts a region on the frame that is rendered next; `left` frames remain until the next tick. */
  start(
    note: NoteOn,
    collection: LoadedCollection,
    instrument: PlayableInstrument,
    region: PlayableRegion,
    left: number,
  ): void {
    const { channel } = note;
    this.active = true;
    this.dying = false;
    this.keyDown = true;
    this.pedalHeld = false;
    this.sostenutoHeld = false;
    this.channel = channel;
    this.key = note.key;
    this.order = note.order;
    this.priority = channel.priority;
    this.instrument = instrument;
    this.region = region;
    this.#collection = collection;
    collection.retain();
    this.#program = region.program;
    const { parameters } = region.program.articulation;
    const fixedKey = parameters[Parameter.fixedKey]!;
    const fixedVelocity = parameters[Parameter.fixedVelocity]!;
    this.#soundKey = fixedKey >= 0 ? fixedKey : note.key;
    this.#soundVelocity = fixedVelocity >= 0 ? fixedVelocity : note.velocity;
    this.#drumKey = channel.isDrum ? channel.drumKeys.get(note.key) : undefined;
    this.#program.evaluateFixed(this.#fixed, this.#soundKey, this.#soundVelocity);
    this.#isFiltered = false;
    this.#lastCents = NaN;
    this.#lastCutoff = NaN;
    this.#lastResonance = NaN;
    this.#glide = note.glideCents;
    this.#glideStep = note.glideCents === 0 ? 0 : -note.glideCents / note.glideFrames;
    this.#updateParameters();
    this.#setEnvelopes();
    this.delay = Math.round(this.#delayFrames(Parameter.volumeDelay));
    this.#startLfos();
    this.#stale = 0;
    this.#derive(ALL_CONCERNS & ~(CONCERNS.envelopes | CONCERNS.lfos));

    this.#volume.start();
    this.#modulation.start(this.#delayFrames(Parameter.modulationDelay) - this.delay);
    this.#startSample();
    const level = this.#volume.previous * this.#gain;
    this.#level = level;
    const gain = (this.record + at.GAIN) / 4;
    const { f32 } = this.#memory;
    f32[gain] = level * this.#left;
    f32[gain + 1] = level * this.#right;
    f32[gain + 2] = level * this.#reverb;
    f32[gain + 3] = level * this.#chorus;
    this.#settled = false;
    this.#segment = 0;
    this.#age = 0;
    if (this.delay === 0 && left > 0) this.tick(left);
  }

  /** A source of modulators moved; taken over at the next tick. */
  sourceMoved(source: number): void {
    this.#stale |= this.#program.concerns[source]!;
  }

  /** Everything is to be worked out again at the next tick. */
  markStale(): void {
    this.#stale = ALL_CONCERNS;
  }

  /** Works out where the voice is to be `frames` later and sets the kernel on the way there. */
  tick(frames: number): void {
    if (this.#memory.u32[(this.record + at.FINISHED) / 4] !== 0) return this.end();
    if (this.#isAtRest()) {
      this.#age += frames;
      this.#segment = frames;
      return;
    }
    if (this.#stale !== 0) {
      const stale = this.#stale;
      this.#stale = 0;
      this.#updateParameters();
      this.#derive(stale);
    }
    this.#segment = frames;
    this.#age += frames;
    this.#volume.advance(frames);
    if (this.#hasModulationEnvelope) this.#modulation.advance(frames);
    if (this.#hasModulationLfo) this.#modulationLfo.advanceTo(this.#age);
    if (this.#hasVibratoLfo) this.#vibratoLfo.advanceTo(this.#age);
    if (this.#glide !== 0) {
      const next = this.#glide + this.#glideStep * frames;
      this.#glide = next * this.#glide <= 0 ? 0 : next;
    }
    this.#aim(frames, true);
  }

  /** The key went up, and no pedal holds the note: release begins on the frame rendered next. */
  release(left: number): void {
    this.keyDown = false;
    this.pedalHeld = false;
    this.sostenutoHeld = false;
    if (this.#volume.released) return;
    if (this.delay > 0) return this.end();
    const { tail } = this.region.sample;
    if (tail !== undefined) {
      const { i32, u32 } = this.#memory;
      const word = this.record / 4;
      i32[word + at.JUMP / 4] = tail.jump;
      u32[word + at.NEXT_WRAP_AT / 4] = tail.wrapAt;
      i32[word + at.NEXT_JUMP / 4] = 0;
    }
    this.#letGo(left);
  }

  /** Ends the voice quickly, at its shutdown time: stolen, silenced, or one of its exclusive class began. */
  shutDown(left: number): void {
    this.dying = true;
    this.keyDown = false;
    this.pedalHeld = false;
    this.sostenutoHeld = false;
    if (this.delay > 0) return this.end();
    this.#volume.setRelease(this.#frames(Parameter.volumeShutdown));
    this.#letGo(left);
  }

  /** Takes over the factor that the caller applied so far, and sends nothing more to the effects. */
  takeOver(factor: number): void {
    const { f32 } = this.#memory;
    const gain = (this.record + at.GAIN) / 4;
    this.#gain *= factor;
    this.#reverb = this.#chorus = 0;
    for (let bus = 0; bus < 2; bus++) {
      f32[gain + bus]! *= factor;
      f32[gain + bus + 4]! *= factor;
    }
    f32.fill(0, gain + 2, gain + 4);
    f32.fill(0, gain + 6, gain + 8);
    this.#setKind();
  }

  /** Silent at once. */
  end(): void {
    this.active = false;
    this.#collection?.release();
    this.#collection = undefined;
  }

  /** Nothing moves, and the kernel has arrived where it was sent. */
  #isAtRest(): boolean {
    return (
      this.#stale === 0 &&
      this.#settled &&
      this.#volume.steady &&
      this.#glide === 0 &&
      !this.#hasModulationLfo &&
      !this.#hasVibratoLfo &&
      (!this.#hasModulationEnvelope || this.#modulation.steady) &&
      this.kind % 9 < at.KIND_SWEPT
    );
  }

  #letGo(left: number): void {
    this.#volume.release(left, this.#segment);
    if (this.#hasModulationEnvelope) this.#modulation.release(left, this.#segment);
    this.#segment = left;
    if (left > 0) this.#aim(left, false);
  }

  #frames(parameter: Parameter): number {
    return timecentsToSeconds(this.#parameters[parameter]!) * this.#sampleRate;
  }

  #releaseFrames(): number {
    const timecents = Math.max(SHORTEST_RELEASE, this.#parameters[Parameter.volumeRelease]!);
    return timecentsToSeconds(timecents) * this.#sampleRate;
  }

  /** A time that is `timecents` longer because of the key. */
  #keyedFrames(parameter: Parameter, timecents: number): number {
    return timecentsToSeconds(this.#parameters[parameter]! + timecents) * this.#sampleRate;
  }

  /** The standard delay, 1 ms, is none: it is the shortest that a SoundFont can say. */
  #delayFrames(parameter: Parameter): number {
    return this.#parameters[parameter]! <= SHORTEST_DELAY ? 0 : this.#frames(parameter);
  }

  #updateParameters(): void {
    this.#program.evaluate(this.#parameters, this.#fixed, this.channel, this.#soundKey, this.#soundVelocity);
  }

  #setEnvelopes(): void {
    const parameters = this.#parameters;
    const below = 60 - this.#soundKey;
    this.#volume.set(
      this.#frames(Parameter.volumeAttack),
      this.#keyedFrames(Parameter.volumeHold, below * parameters[Parameter.keyToVolumeHold]!),
      this.#keyedFrames(Parameter.volumeDecay, below * parameters[Parameter.keyToVolumeDecay]!),
      attenuationToGain(parameters[Parameter.volumeSustain]!),
      this.#releaseFrames(),
    );
    this.#modulation.set(
      this.#frames(Parameter.modulationAttack),
      this.#keyedFrames(Parameter.modulationHold, below * parameters[Parameter.keyToModulationHold]!),
      this.#keyedFrames(Parameter.modulationDecay, below * parameters[Parameter.keyToModulationDecay]!),
      parameters[Parameter.modulationSustain]! / 100,
      this.#frames(Parameter.modulationRelease),
      this.#program.articulation.modulationAttackCurve === 'convex',
    );
  }

  #startLfos(): void {
    const parameters = this.#parameters;
    const rate = this.#sampleRate;
    this.#modulationLfo.start(
      this.#delayFrames(Parameter.modulationLfoDelay) - this.delay,
      absoluteCentsToHertz(parameters[Parameter.modulationLfoFrequency]!) / rate,
    );
    this.#vibratoLfo.start(
      this.#delayFrames(Parameter.vibratoLfoDelay) - this.delay,
      absoluteCentsToHertz(parameters[Parameter.vibratoLfoFrequency]!) / rate,
    );
  }

  /** Works out what follows from the parameters that changed. */
  #derive(concerns: number): void {
    const parameters = this.#parameters;
    if (concerns & CONCERNS.pitch) this.#derivePitch();
    if (concerns & CONCERNS.level) this.#deriveLevel();
    if (concerns & CONCERNS.filter) this.#deriveFilter();
    if (concerns & CONCERNS.envelopes) {
      // What has begun goes on; sustain and release are still to come.
      this.#volume.setSustain(attenuationToGain(parameters[Parameter.volumeSustain]!));
      if (!this.#volume.released) this.#volume.setRelease(this.#releaseFrames());
    }
    if (concerns & CONCERNS.lfos) {
      const rate = this.#sampleRate;
      this.#modulationLfo.setStep(absoluteCentsToHertz(parameters[Parameter.modulationLfoFrequency]!) / rate);
      this.#vibratoLfo.setStep(absoluteCentsToHertz(parameters[Parameter.vibratoLfoFrequency]!) / rate);
    }
    this.#hasModulationEnvelope =
      this.#modulationEnvelopeToPitch !== 0 || this.#modulationEnvelopeToCutoff !== 0;
    this.#hasModulationLfo =
      this.#modulationLfoToPitch !== 0 ||
      this.#modulationLfoToCutoff !== 0 ||
      this.#modulationLfoToVolume !== 0;
    this.#hasVibratoLfo = this.#vibratoLfoToPitch !== 0;
  }

  #derivePitch(): void {
    const parameters = this.#parameters;
    const { channel } = this;
    const { region, sample } = this.region;
    this.#cents =
      parameters[Parameter.pitch]! +
      parameters[Parameter.scaleTuning]! * (this.#soundKey - region.rootKey) +
      channel.tuningOf(this.key) +
      (this.#drumKey?.pitch ?? 0) +
      1200 * Math.log2(sample.rate / this.#sampleRate);
    this.#modulationEnvelopeToPitch = parameters[Parameter.modulationEnvelopeToPitch]!;
    this.#modulationLfoToPitch = parameters[Parameter.modulationLfoToPitch]!;
    this.#vibratoLfoToPitch = parameters[Parameter.vibratoLfoToPitch]!;
  }

  #deriveLevel(): void {
    const parameters = this.#parameters;
    const drum = this.#drumKey;
    const isFloat = this.region.sample.isFloat;
    const resonance = this.#isFiltered ? this.#resonanceGain() * FILTER_SCALE : 1;
    const attenuation = parameters[Parameter.attenuation]! + (drum?.attenuation ?? 0);
    this.#gain = attenuationToGain(attenuation) * resonance;
    const scale = isFloat ? FLOAT_SCALE : INTEGER_SCALE;
    const pan = drum === undefined || Number.isNaN(drum.pan) ? parameters[Parameter.pan]! : drum.pan;
    // Constant power.
    const angle = ((pan + 50) / 100) * (Math.PI / 2);
    this.#left = Math.cos(angle) * scale;
    this.#right = Math.sin(angle) * scale;
    const { reverb, chorus } = this.#environment;
    this.#reverb = reverb ? (send(drum?.reverbSend, parameters[Parameter.reverbSend]!) / 100) * scale : 0;
    this.#chorus = chorus ? (send(drum?.chorusSend, parameters[Parameter.chorusSend]!) / 100) * scale : 0;
    this.#modulationLfoToVolume = parameters[Parameter.modulationLfoToVolume]!;
    this.#settled = false;
    this.#setKind();
  }

  #deriveFilter(): void {
    const parameters = this.#parameters;
    this.#cutoff = parameters[Parameter.filterCutoff]!;
    this.#resonance = parameters[Parameter.filterResonance]!;
    this.#modulationEnvelopeToCutoff = parameters[Parameter.modulationEnvelopeToCutoff]!;
    this.#modulationLfoToCutoff = parameters[Parameter.modulationLfoToCutoff]!;
    const isNeeded =
      this.#cutoff < OPEN_FILTER ||
      this.#resonance > 0 ||
      this.#modulationEnvelopeToCutoff !== 0 ||
      this.#modulationLfoToCutoff !== 0;
    if (isNeeded && !this.#isFiltered) {
      // A filter that was there from the start, or one that begins in the middle of a note and finds it at rest.
      this.#isFiltered = true;
      const { f32 } = this.#memory;
      f32[(this.record + at.FILTER_STATE) / 4] = 0;
      f32[(this.record + at.FILTER_STATE) / 4 + 1] = 0;
    }
    // The filter's gain is part of the level.
    if (this.#isFiltered) this.#deriveLevel();
  }

  /** Half of the resonance is taken from the level. SoundFont 2.04 8.1.3 initialFilterQ; DLS level 2 1.5. */
  #resonanceGain(): number {
    return attenuationToGain(this.#resonance / 2);
  }

  #setKind(): void {
    const sends =
      this.#chorus > 0 ? at.KIND_REVERB_AND_CHORUS : this.#reverb > 0 ? at.KIND_REVERB : at.KIND_DRY;
    this.kind =
      (this.region.sample.isFloat ? at.KIND_FLOAT : at.KIND_INTEGER) +
      (this.#isFiltered ? at.KIND_FILTERED : at.KIND_OPEN) +
      sends;
  }

  #startSample(): void {
    const { sample } = this.region;
    const { u32, i32 } = this.#memory;
    const word = this.record / 4;
    u32[word + at.PHASE / 4] = 0;
    u32[word + at.PHASE / 4 + 1] = sample.start;
    u32[word + at.WRAP_AT / 4] = sample.wrapAt;
    i32[word + at.JUMP / 4] = sample.jump;
    u32[word + at.NEXT_WRAP_AT / 4] = sample.wrapAt;
    i32[word + at.NEXT_JUMP / 4] = sample.jump;
    u32[word + at.FINISHED / 4] = 0;
  }

  // What follows runs for every voice in every tick. Numbers that are no integers go from one function to the next in
  // fields: as arguments the engine would put each in a box of its own.

  /** Sets the kernel's steps so that in `frames` frames the voice is where the envelopes and LFOs are. */
  #aim(frames: number, isTick: boolean): void {
    this.#aimPitch();
    if (this.#isFiltered) this.#aimFilter(frames, isTick);
    this.#lastLevel = this.#level;
    this.#level = this.#volume.level * this.#gain;
    if (this.#modulationLfoToVolume !== 0)
      this.#level *= attenuationToGain(-this.#modulationLfoToVolume * this.#modulationLfo.value);
    if (this.#level !== this.#lastLevel || !this.#settled) this.#aimGains(frames);
    if (this.#level >= INAUDIBLE || this.#lastLevel >= INAUDIBLE) return;
    if (this.#volume.released) this.end();
  }

  #aimPitch(): void {
    let cents = this.#cents + this.#glide;
    if (this.#hasModulationEnvelope) cents += this.#modulationEnvelopeToPitch * this.#modulation.level;
    if (this.#hasModulationLfo) cents += this.#modulationLfoToPitch * this.#modulationLfo.value;
    if (this.#hasVibratoLfo) cents += this.#vibratoLfoToPitch * this.#vibratoLfo.value;
    if (cents === this.#lastCents) return;
    this.#lastCents = cents;
    if (cents > HIGHEST_CENTS) cents = HIGHEST_CENTS;
    // centsToRatio, spelled out.
    const octave = Math.floor(cents / CENTS);
    const rest = cents - octave * CENTS;
    const step = Math.floor(rest);
    const low = RATIOS[step]!;
    const ratio = (low + (RATIOS[step + 1]! - low) * (rest - step)) * OCTAVE_RATIOS[octave - LOWEST_OCTAVE]!;
    const whole = Math.floor(ratio);
    const increment = (this.record + at.INCREMENT) / 4;
    const { u32 } = this.#memory;
    u32[increment] = (ratio - whole) * TWO_32;
    u32[increment + 1] = whole;
  }

  #aimFilter(frames: number, isTick: boolean): void {
    let cutoff = this.#cutoff;
    if (this.#hasModulationEnvelope) cutoff += this.#modulationEnvelopeToCutoff * this.#modulation.level;
    if (this.#hasModulationLfo) cutoff += this.#modulationLfoToCutoff * this.#modulationLfo.value;
    const word = (this.record + at.FILTER) / 4;
    const { f32 } = this.#memory;
    if (cutoff === this.#lastCutoff && this.#resonance === this.#lastResonance) {
      // In the middle of a tick the coefficients are still on their way.
      if (isTick && this.kind % 9 >= at.KIND_SWEPT) this.kind -= at.KIND_SWEPT - at.KIND_FILTERED;
      return;
    }
    // Damping: 1 / Q.
    if (this.#resonance !== this.#lastResonance) {
      this.#damping = attenuationToGain(this.#resonance + FLAT_RESONANCE);
      this.#lastResonance = this.#resonance;
    }
    const damping = this.#damping;
    // State-variable filter by the trapezoidal rule: the bilinear transform of the analogue one.
    const place = Math.min(FILTER_TABLE_END, Math.max(0, cutoff)) / FILTER_TABLE_STEP;
    const index = Math.floor(place);
    const { filters } = this.#environment;
    const g = filters[index]! + (filters[index + 1]! - filters[index]!) * (place - index);
    const a1 = 1 / (1 + g * (g + damping));
    const feedback = 2 * a1 - 1;
    const coupling = 2 * g * a1;
    const input = g * coupling;
    if (Number.isNaN(this.#lastCutoff)) {
      f32[word] = feedback;
      f32[word + 1] = coupling;
      f32[word + 2] = input;
    } else {
      const step = word + (at.FILTER_STEP - at.FILTER) / 4;
      f32[step] = (feedback - f32[word]!) / frames;
      f32[step + 1] = (coupling - f32[word + 1]!) / frames;
      f32[step + 2] = (input - f32[word + 2]!) / frames;
      if (this.kind % 9 < at.KIND_SWEPT) this.kind += at.KIND_SWEPT - at.KIND_FILTERED;
    }
    this.#lastCutoff = cutoff;
  }

  #aimGains(frames: number): void {
    const { f32 } = this.#memory;
    const gain = (this.record + at.GAIN) / 4;
    const level = this.#level;
    const left = level * this.#left;
    const right = level * this.#right;
    const reverb = level * this.#reverb;
    const chorus = level * this.#chorus;
    if (level === this.#lastLevel && this.#volume.steady) {
      // The kernel is there, but for rounding: unless it was sent somewhere else within this tick.
      const tolerance = (left + right) * 1e-5;
      const off = Math.abs(left - f32[gain]!) + Math.abs(right - f32[gain + 1]!);
      if (off <= tolerance) {
        f32[gain] = left;
        f32[gain + 1] = right;
        f32[gain + 2] = reverb;
        f32[gain + 3] = chorus;
        f32.fill(0, gain + 4, gain + 8);
        this.#settled = true;
        return;
      }
    }
    this.#settled = false;
    const share = 1 / frames;
    f32[gain + 4] = (left - f32[gain]!) * share;
    f32[gain + 5] = (right - f32[gain + 1]!) * share;
    f32[gain + 6] = (reverb - f32[gain + 2]!) * share;
    f32[gain + 7] = (chorus - f32[gain + 3]!) * share;
  }
}

const send = (drum: number | undefined, parameter: number): number =>
  drum === undefined || Number.isNaN(drum) ? parameter : drum;
