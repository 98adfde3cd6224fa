import { Parameter, PARAMETER_COUNT } from '../collections/parameter.ts';
import { SOURCE } from './articulationProgram.ts';

/** Numbers of the controllers that mean something here. */
export const CC = {
  bankMsb: 0,
  modulation: 1,
  portamentoTime: 5,
  dataMsb: 6,
  volume: 7,
  pan: 10,
  expression: 11,
  bankLsb: 32,
  dataLsb: 38,
  sustain: 64,
  portamento: 65,
  sostenuto: 66,
  resonance: 71,
  releaseTime: 72,
  attackTime: 73,
  brightness: 74,
  decayTime: 75,
  vibratoRate: 76,
  vibratoDepth: 77,
  vibratoDelay: 78,
  portamentoControl: 84,
  reverbSend: 91,
  chorusSend: 93,
  dataIncrement: 96,
  dataDecrement: 97,
  nrpnLsb: 98,
  nrpnMsb: 99,
  rpnLsb: 100,
  rpnMsb: 101,
  allSoundOff: 120,
  resetControllers: 121,
  allNotesOff: 123,
  omniOff: 124,
  omniOn: 125,
  monoOn: 126,
  polyOn: 127,
} as const;

const NO_PARAMETER = -1;
/** RPN 0x3fff: none is chosen. */
const NULL_PARAMETER = 0x3fff;
const WHEEL_MIDDLE = 8192;

/** What a sound controller or its NRPN adds to a parameter per step away from the middle, 64. */
interface SoundControl {
  readonly parameter: Parameter;
  readonly perStep: number;
}

/**
 * CC 71 to 78, in General MIDI 2's meaning; the NRPNs of GS and XG, 01 xx, do the same. The amounts are not
 * standardised: at the ends the corner moves by two octaves and more, times by a factor of 16.
 */
const SOUND_CONTROLS: ReadonlyMap<number, readonly SoundControl[]> = new Map([
  [CC.resonance, [{ parameter: Parameter.filterResonance, perStep: 0.25 }]],
  [
    CC.releaseTime,
    [
      { parameter: Parameter.volumeRelease, perStep: 75 },
      { parameter: Parameter.modulationRelease, perStep: 75 },
    ],
  ],
  [CC.attackTime, [{ parameter: Parameter.volumeAttack, perStep: 75 }]],
  [CC.brightness, [{ parameter: Parameter.filterCutoff, perStep: 50 }]],
  [CC.decayTime, [{ parameter: Parameter.volumeDecay, perStep: 75 }]],
  [CC.vibratoRate, [{ parameter: Parameter.vibratoLfoFrequency, perStep: 19 }]],
  [CC.vibratoDepth, [{ parameter: Parameter.vibratoLfoToPitch, perStep: 1.5 }]],
  [CC.vibratoDelay, [{ parameter: Parameter.vibratoLfoDelay, perStep: 40 }]],
]);

/** LSBs of NRPN 01 xx and the sound controllers they stand for. */
const NRPN_SOUND_CONTROLS: ReadonlyMap<number, number> = new Map([
  [0x08, CC.vibratoRate],
  [0x09, CC.vibratoDepth],
  [0x0a, CC.vibratoDelay],
  [0x20, CC.brightness],
  [0x21, CC.resonance],
  [0x63, CC.attackTime],
  [0x64, CC.decayTime],
  [0x66, CC.releaseTime],
]);

/** Tunings that all channels of a synthesizer share. */
export interface MasterTuning {
  /** Cents for every channel but percussion. */
  cents: number;
  /** Cents by key: MIDI Tuning Standard, single notes. */
  readonly keys: Float64Array;
}

/** What changed, for the voices that sound. */
export interface ChannelChanges {
  /** A source of modulators moved, by its number in `ArticulationProgram`. */
  sourceMoved(channel: MidiChannel, source: number): void;
  /** `offsets` changed: everything is to be worked out again. */
  offsetsMoved(channel: MidiChannel): void;
  /** Tuning or scale changed. */
  tuningMoved(channel: MidiChannel): void;
}

/** Drum notes that NRPN 18 to 1E change one by one. */
export interface DrumKey {
  /** Cents. */
  pitch: number;
  /** dB. */
  attenuation: number;
  /** Percent, -50 to 50; NaN for the bank's own. */
  pan: number;
  /** Percent; NaN for the bank's own. */
  reverbSend: number;
  chorusSend: number;
}

/**
 * One of the sixteen channels of a channel group: its controllers and what follows from them. Pure state; what the
 * voices are to do is told through `ChannelChanges`.
 */
export class MidiChannel {
  /** 0-based, in its group. */
  readonly number: number;
  /** 0-based. */
  readonly group: number;
  readonly controllers = new Uint8Array(128);
  readonly polyPressure = new Uint8Array(128);
  /** Added to every voice's parameters: sound controllers, NRPNs, modulation depth range. */
  readonly offsets = new Float64Array(PARAMETER_COUNT);
  /** Cents by key of the octave. */
  readonly scaleTuning = new Float64Array(12);
  readonly drumKeys = new Map<number, DrumKey>();
  pressure = 0;
  /** 0 to 16383, 8192 in the middle. */
  pitchWheel = WHEEL_MIDDLE;
  /** Semitones with cents behind the point. */
  pitchWheelRange = 2;
  program = 0;
  /** Bank that the last program change took. */
  bankMsb = 0;
  bankLsb = 0;
  isDrum = false;
  isMono = false;
  /** Cents: RPN 1 and 2. */
  fineTuning = 0;
  coarseTuning = 0;
  /** Key of the last note, from which portamento glides; -1 for none. */
  lastKey = -1;
  /** Key that CC 84 gave for the next note; -1 for none. */
  portamentoFrom = -1;
  /** KSPROPERTY_SYNTH_VOICEPRIORITY */
  priority = 0;
  /** Number of the RPN or NRPN that data entry sets. */
  #parameter = NO_PARAMETER;
  #isRegistered = true;
  readonly #changes: ChannelChanges;

  readonly #master: MasterTuning;

  constructor(group: number, number: number, master: MasterTuning, changes: ChannelChanges) {
    this.group = group;
    this.number = number;
    this.#master = master;
    this.#changes = changes;
    this.reset();
  }

  /** Cents that all tunings add to a key. */
  tuningOf(key: number): number {
    const master = this.isDrum
      ? 0
      : this.#master.cents + this.#master.keys[key]! + this.scaleTuning[key % 12]!;
    return this.fineTuning + this.coarseTuning + master;
  }

  get sustain(): boolean {
    return this.controllers[CC.sustain]! >= 64;
  }

  get sostenuto(): boolean {
    return this.controllers[CC.sostenuto]! >= 64;
  }

  /** As after power on. */
  reset(): void {
    this.controllers.fill(0);
    this.controllers[CC.volume] = 100;
    this.controllers[CC.pan] = 64;
    this.controllers[CC.reverbSend] = 40;
    for (const controller of SOUND_CONTROLS.keys()) this.controllers[controller] = 64;
    this.program = 0;
    this.bankMsb = 0;
    this.bankLsb = 0;
    this.isDrum = this.number === 9;
    this.isMono = false;
    this.fineTuning = 0;
    this.coarseTuning = 0;
    this.pitchWheelRange = 2;
    this.offsets.fill(0);
    this.scaleTuning.fill(0);
    this.drumKeys.clear();
    this.lastKey = -1;
    this.#resetPerformance();
  }

  /** "Reset all controllers", as RP-015 says: bank, program, volume, pan, sends and tunings stay. */
  resetControllers(): void {
    this.#resetPerformance();
    this.#changes.offsetsMoved(this);
  }

  #resetPerformance(): void {
    const { controllers } = this;
    controllers[CC.modulation] = 0;
    controllers[CC.expression] = 127;
    for (const pedal of [CC.sustain, CC.portamento, CC.sostenuto, 67, 68]) controllers[pedal] = 0;
    this.polyPressure.fill(0);
    this.pressure = 0;
    this.pitchWheel = WHEEL_MIDDLE;
    this.portamentoFrom = -1;
    this.#parameter = NO_PARAMETER;
  }

  /** Controllers 0 to 119, but for what pedals do to notes. */
  setController(controller: number, value: number): void {
    const before = this.controllers[controller]!;
    this.controllers[controller] = value;
    switch (controller) {
      case CC.dataMsb:
        return this.#enterData(value, true);
      case CC.dataLsb:
        return this.#enterData(value, false);
      case CC.dataIncrement:
        return this.#step(1);
      case CC.dataDecrement:
        return this.#step(-1);
      case CC.nrpnLsb:
        return this.#choose(value, false, false);
      case CC.nrpnMsb:
        return this.#choose(value, true, false);
      case CC.rpnLsb:
        return this.#choose(value, false, true);
      case CC.rpnMsb:
        return this.#choose(value, true, true);
      case CC.portamentoControl:
        this.portamentoFrom = value;
        return;
    }
    const control = SOUND_CONTROLS.get(controller);
    if (control !== undefined) this.#setSoundControl(control, value - before);
    this.#changes.sourceMoved(this, controller);
  }

  setPitchWheel(value: number): void {
    this.pitchWheel = value;
    this.#changes.sourceMoved(this, SOURCE.pitchWheel);
  }

  setPressure(value: number): void {
    this.pressure = value;
    this.#changes.sourceMoved(this, SOURCE.channelPressure);
  }

  setPolyPressure(key: number, value: number): void {
    this.polyPressure[key] = value;
    this.#changes.sourceMoved(this, SOURCE.polyPressure);
  }

  setTuning(fine: number, coarse: number): void {
    this.fineTuning = fine;
    this.coarseTuning = coarse;
    this.#changes.tuningMoved(this);
  }

  /** Cents of the twelve keys of the octave, from C on. */
  setScaleTuning(cents: ArrayLike<number>): void {
    for (let key = 0; key < 12; key++) this.scaleTuning[key] = cents[key]!;
    this.#changes.tuningMoved(this);
  }

  #setSoundControl(control: readonly SoundControl[], steps: number): void {
    for (const { parameter, perStep } of control) this.offsets[parameter]! += steps * perStep;
    this.#changes.offsetsMoved(this);
  }

  #choose(value: number, isMsb: boolean, isRegistered: boolean): void {
    const before = this.#isRegistered === isRegistered ? this.#parameter : NO_PARAMETER;
    const present = before === NO_PARAMETER ? NULL_PARAMETER : before;
    this.#isRegistered = isRegistered;
    this.#parameter = isMsb ? (value << 7) | (present & 0x7f) : (present & 0x3f80) | value;
  }

  #enterData(value: number, isMsb: boolean): void {
    if (this.#isRegistered) this.#setRegistered(value, isMsb);
    else if (isMsb) this.#setNonRegistered(value);
  }

  #setRegistered(value: number, isMsb: boolean): void {
    switch (this.#parameter) {
      case 0:
        this.pitchWheelRange = isMsb
          ? value + (this.pitchWheelRange % 1)
          : Math.floor(this.pitchWheelRange) + Math.min(value, 99) / 100;
        this.#changes.sourceMoved(this, SOURCE.pitchWheelRange);
        break;
      case 1: {
        const raw = Math.round((this.fineTuning / 100) * 8192) + 8192;
        const changed = isMsb ? (value << 7) | (raw & 0x7f) : (raw & 0x3f80) | value;
        this.setTuning(((changed - 8192) / 8192) * 100, this.coarseTuning);
        break;
      }
      case 2:
        if (isMsb) this.setTuning(this.fineTuning, (value - 64) * 100);
        break;
    }
  }

  /** GS and XG; both use data entry's MSB only. */
  #setNonRegistered(value: number): void {
    const msb = this.#parameter >> 7;
    const lsb = this.#parameter & 0x7f;
    if (msb === 1) {
      const controller = NRPN_SOUND_CONTROLS.get(lsb);
      if (controller !== undefined) this.setController(controller, value);
      return;
    }
    if (!this.isDrum || msb < 0x18 || msb > 0x1e) return;
    let drum = this.drumKeys.get(lsb);
    if (drum === undefined) {
      drum = { pitch: 0, attenuation: 0, pan: NaN, reverbSend: NaN, chorusSend: NaN };
      this.drumKeys.set(lsb, drum);
    }
    switch (msb) {
      case 0x18:
        drum.pitch = (value - 64) * 100;
        break;
      case 0x1a:
        drum.attenuation = value === 0 ? 144 : -40 * Math.log10(value / 127);
        break;
      case 0x1c:
        // 0 is random; the middle stands for it.
        drum.pan = value === 0 ? 0 : ((value - 64) / 63) * 50;
        break;
      case 0x1d:
        drum.reverbSend = (value / 127) * 100;
        break;
      case 0x1e:
        drum.chorusSend = (value / 127) * 100;
        break;
    }
  }

  #step(by: number): void {
    if (!this.#isRegistered) return;
    if (this.#parameter === 0) {
      this.#setRegistered(Math.min(127, Math.max(0, Math.floor(this.pitchWheelRange) + by)), true);
    } else if (this.#parameter === 2) {
      this.#setRegistered(Math.min(127, Math.max(0, 64 + this.coarseTuning / 100 + by)), true);
    }
  }
}
