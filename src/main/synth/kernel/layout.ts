/**
 * Where things lie in the kernel's memory, in bytes. Shared by the WebAssembly kernel, the reference kernel and the
 * synthesizer, which sets voices up and moves their targets.
 */

/** The first bytes are always zero: finished voices read them. */
export const SILENCE_BYTES = 64;

/**
 * Numbers that the kernel keeps in registers, four bytes each: it loads them, because a constant in the code would be
 * made anew in every frame. f32 1, then pairs of i16, the weights of two taps each; memory.ts fills them in.
 */
export const CONSTANTS = 64;

/** Frames of the longest stretch that one call renders. */
export const SPAN_FRAMES = 64;

/** The mix: per frame one vector per bus, left, right, reverb and chorus, whose lanes are added up at the end. */
export const MIX = 128;
export const MIX_FRAME_BYTES = 64;
export const LEFT = 0;
export const RIGHT = 16;
export const REVERB = 32;
export const CHORUS = 48;

/** The buses after adding up: `SPAN_FRAMES` floats each. */
export const BUS_BYTES = 256;
export const BUS_LEFT = MIX + 4096;
export const BUS_RIGHT = BUS_LEFT + BUS_BYTES;
export const BUS_REVERB = BUS_LEFT + 2 * BUS_BYTES;
export const BUS_CHORUS = BUS_LEFT + 3 * BUS_BYTES;

/** From here on memory is given out: voices, effects, samples. */
export const FREE_MEMORY = BUS_LEFT + 4 * BUS_BYTES;

// A voice: one record.

export const VOICE_BYTES = 128;
/** i64: place of the first of the four taps, in elements of memory times 2^32. */
export const PHASE = 0;
/** i64: elements per frame times 2^32. */
export const INCREMENT = 8;
/** u32: element at which the place jumps. */
export const WRAP_AT = 16;
/** i32: elements it jumps by; 0 ends the voice. */
export const JUMP = 20;
/** u32, i32: `WRAP_AT` and `JUMP` from the next jump on. */
export const NEXT_WRAP_AT = 24;
export const NEXT_JUMP = 28;
/** f32 × 4: gains of left, right, reverb and chorus in the last frame, and what each frame adds to them first. */
export const GAIN = 32;
export const GAIN_STEP = 48;
/** f32 × 3: coefficients of the filter (feedback, coupling, input), and what each frame adds to them first. */
export const FILTER = 64;
export const FILTER_STEP = 80;
/** f32 × 2: the filter's integrators, band and low. */
export const FILTER_STATE = 96;
/** u32: 1 once the sample has ended. */
export const FINISHED = 104;

/** Kinds of voices, to be rendered in calls of their own: sum of one of each. */
export const KIND_INTEGER = 0;
export const KIND_FLOAT = 9;
export const KIND_OPEN = 0;
/** The filter stays as it is. */
export const KIND_FILTERED = 3;
/** The filter's coefficients move. */
export const KIND_SWEPT = 6;
export const KIND_DRY = 0;
export const KIND_REVERB = 1;
export const KIND_REVERB_AND_CHORUS = 2;
export const KINDS = 18;

// Reverb: eight delay lines that feed each other.

/** i32: length of the ring in frames, a power of two, less 1; and the frame that is written next. */
export const REVERB_MASK = 0;
export const REVERB_AT = 4;
/** u32: address of the ring, 32 bytes per frame. */
export const REVERB_RING = 8;
/** u32: address of the diffusers' rings, `DIFFUSER_FRAMES` floats each. */
export const REVERB_DIFFUSERS = 12;
/** f32: share of a line's low-pass that a frame brings in: 1 is no damping. */
export const REVERB_OPENNESS = 16;
/** f32: factor of the diffusers. */
export const REVERB_DIFFUSION = 20;
/** f32: rotation per frame of the modulation. */
export const REVERB_ROTATION = 24;
/** i32 × 4: lengths of the diffusers in frames. */
export const REVERB_DIFFUSER_LENGTHS = 32;
/** f32 × 8 each. */
export const REVERB_DELAY = 48;
export const REVERB_DEPTH = 80;
export const REVERB_FEEDBACK = 112;
export const REVERB_TO_LEFT = 144;
export const REVERB_TO_RIGHT = 176;
export const REVERB_LOWPASS = 208;
/** f32 × 4 each: sines and cosines of the modulation, each for two lines with opposite signs. */
export const REVERB_SINE = 240;
export const REVERB_COSINE = 256;
export const REVERB_BYTES = 272;
export const DIFFUSERS = 4;
export const DIFFUSER_FRAMES = 4096;

// Chorus: four taps that wander in one delay line.

/** i32: length of the ring in frames, a power of two, less 1; and the frame that is written next. */
export const CHORUS_MASK = 0;
export const CHORUS_AT = 4;
/** u32: address of the ring, with four floats behind its end that repeat its start. */
export const CHORUS_RING = 8;
/** f32: mean delay in frames, depth in frames, rotation per frame, feedback. */
export const CHORUS_DELAY = 12;
export const CHORUS_DEPTH = 16;
export const CHORUS_ROTATION = 20;
export const CHORUS_FEEDBACK = 24;
/** f32 × 4 each: gains of the taps. */
export const CHORUS_TO_LEFT = 32;
export const CHORUS_TO_RIGHT = 48;
export const CHORUS_SINE = 64;
export const CHORUS_COSINE = 80;
/** f32: what the taps gave in the last frame, for the feedback. */
export const CHORUS_LAST = 96;
export const CHORUS_BYTES = 112;
