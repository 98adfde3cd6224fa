/** One MIDI channel of the built-in synthesizer: its controllers and what follows from them. */

/** Gain of a controller or velocity of 100, squared law: what counts as the normal level. */
const NORMAL_VALUE = 100;

/** General MIDI: 40 log10(value / 127) dB, here relative to the value 100. */
export function squareLaw(value: number): number {
  const ratio = value / NORMAL_VALUE;
  return ratio * ratio;
}

const VIBRATO_HZ = 5.5;
/** Vibrato depth of full modulation, in semitones. */
const VIBRATO_SEMITONES = 0.5;
/** Time constant with which level and place follow their controllers. */
const SMOOTHING_SECONDS = 0.004;

export class Channel {
  readonly isPercussion: boolean;
  program = 0;
  sustain = false;
  /** Level for each side, smoothed. */
  left = 0;
  right = 0;
  /** Offset of every key in semitones: tuning, bend and vibrato. */
  pitch = 0;
  /** Vibrato moves `pitch` with every tick. */
  hasVibrato = false;

  #volume = 100;
  #expression = 127;
  #pan = 64;
  #modulation = 0;
  #bend = 0;
  #bendRange = 2;
  #fineTuning = 0;
  #coarseTuning = 0;
  /** Registered parameter that data entry sets; -1 for none. */
  #parameterMsb = -1;
  #parameterLsb = -1;
  #targetLeft = 0;
  #targetRight = 0;
  #vibratoPhase = 0;
  readonly #vibratoStep: number;
  readonly #smoothing: number;

  constructor(number: number, sampleRate: number, tickFrames: number) {
    this.isPercussion = number === 9;
    this.#vibratoStep = (2 * Math.PI * VIBRATO_HZ * tickFrames) / sampleRate;
    this.#smoothing = 1 - Math.exp(-tickFrames / (SMOOTHING_SECONDS * sampleRate));
    this.reset();
  }

  /** As after power on. */
  reset(): void {
    this.program = 0;
    this.#volume = 100;
    this.#pan = 64;
    this.#bendRange = 2;
    this.#fineTuning = 0;
    this.#coarseTuning = 0;
    this.resetControllers();
    this.snap();
  }

  /** "Reset all controllers": volume, pan, program and tuning stay. */
  resetControllers(): void {
    this.#expression = 127;
    this.#modulation = 0;
    this.#bend = 0;
    this.sustain = false;
    this.#parameterMsb = -1;
    this.#parameterLsb = -1;
    this.#updateLevel();
    this.#updatePitch();
  }

  /** Level controllers take effect at once: for a channel on which nothing sounds. */
  snap(): void {
    this.left = this.#targetLeft;
    this.right = this.#targetRight;
  }

  /** Moves smoothed values and vibrato on by one tick. */
  tick(): void {
    this.left += (this.#targetLeft - this.left) * this.#smoothing;
    this.right += (this.#targetRight - this.right) * this.#smoothing;
    if (!this.hasVibrato) return;
    this.#vibratoPhase += this.#vibratoStep;
    if (this.#vibratoPhase > 2 * Math.PI) this.#vibratoPhase -= 2 * Math.PI;
    this.#updatePitch();
  }

  /** `value`: 0 to 16383, 8192 = no bend. */
  setBend(value: number): void {
    this.#bend = (value - 8192) / 8192;
    this.#updatePitch();
  }

  /** Controllers that only change values; mode messages and pedals are the synthesizer's. */
  setController(controller: number, value: number): void {
    switch (controller) {
      case 1:
        this.#modulation = value;
        this.hasVibrato = value > 0;
        if (!this.hasVibrato) this.#vibratoPhase = 0;
        this.#updatePitch();
        break;
      case 6:
        this.#dataEntry(value, false);
        break;
      case 7:
        this.#volume = value;
        this.#updateLevel();
        break;
      case 10:
        this.#pan = value;
        this.#updateLevel();
        break;
      case 11:
        this.#expression = value;
        this.#updateLevel();
        break;
      case 38:
        this.#dataEntry(value, true);
        break;
      case 98:
      case 99:
        // A non-registered parameter is chosen: data entry is not for us.
        this.#parameterMsb = -1;
        this.#parameterLsb = -1;
        break;
      case 100:
        this.#parameterLsb = value;
        break;
      case 101:
        this.#parameterMsb = value;
        break;
    }
  }

  #dataEntry(value: number, fine: boolean): void {
    if (this.#parameterMsb !== 0) return;
    switch (this.#parameterLsb) {
      case 0: {
        const whole = fine ? Math.floor(this.#bendRange) : value;
        this.#bendRange = whole + (fine ? value / 100 : 0);
        break;
      }
      case 1: {
        const raw = Math.round(this.#fineTuning * 8192) + 8192;
        this.#fineTuning = ((fine ? (raw & 0x3f80) | value : (value << 7) | (raw & 0x7f)) - 8192) / 8192;
        break;
      }
      case 2:
        if (!fine) this.#coarseTuning = value - 64;
        break;
    }
    this.#updatePitch();
  }

  #updateLevel(): void {
    const level = squareLaw(this.#volume) * (this.#expression / 127) * (this.#expression / 127);
    // Constant power, 1 on both sides in the middle. 1 and 0 are both hard left, so that 64 is the exact middle.
    const place = (Math.max(0, this.#pan - 1) / 126) * (Math.PI / 2);
    this.#targetLeft = level * Math.SQRT2 * Math.cos(place);
    this.#targetRight = level * Math.SQRT2 * Math.sin(place);
  }

  #updatePitch(): void {
    const vibrato = (this.#modulation / 127) * VIBRATO_SEMITONES * Math.sin(this.#vibratoPhase);
    this.pitch = this.#coarseTuning + this.#fineTuning + this.#bend * this.#bendRange + vibrato;
  }
}
