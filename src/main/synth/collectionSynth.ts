import type { Disposable } from '../../contract/disposable.ts';
import { Effects } from './effects/effects.ts';
import type { Kernel } from './kernel/kernel.ts';
import * as at from './kernel/layout.ts';
import type { KernelMemory } from './kernel/memory.ts';
import type { LoadedCollection } from './loadedCollection.ts';
import { Patches } from './patches.ts';
import type { Synthesizer } from './synthesizer.ts';
import { filterTable } from './voices/filterTable.ts';
import { MasterControls } from './voices/masterControls.ts';
import { CC, MidiChannel, type ChannelChanges } from './voices/midiChannel.ts';
import { SystemExclusive } from './voices/systemExclusive.ts';
import { defaultPriority } from './voices/priority.ts';
import { SoundingNotes } from './voices/soundingNotes.ts';
import type { NoteOn, VoiceEnvironment } from './voices/voice.ts';
import { TICK_FRAMES, VoicePool } from './voices/voicePool.ts';

export const DEFAULT_VOICES = 256;
export const MOST_VOICES = 1024;
export const MOST_CHANNEL_GROUPS = 16;

/** Level of a voice at full amplitude in the middle: room for some dozens of voices, -12 dB. */
const OUTPUT_GAIN = 0.25;
/** Longest glide, in seconds. */
const LONGEST_GLIDE = 8;

export interface CollectionSynthOptions {
  /** Frames per second. */
  sampleRate: number;
  memory: KernelMemory;
  kernel: Kernel;
  /** Searched in this order; more come and go by `addCollection` and `removeCollection`. */
  collections: readonly LoadedCollection[];
  /** Voices that may sound at once; `DEFAULT_VOICES` by default, at most `mostVoices`. */
  voices?: number;
  /** What `voiceLimit` may be raised to; `voices` by default, at most `MOST_VOICES`. */
  mostVoices?: number;
  /** Sets of 16 channels, at most `MOST_CHANNEL_GROUPS`. */
  channelGroups?: number;
  /** Both by default. */
  effects?: { reverb: boolean; chorus: boolean };
  onDispose?: () => void;
}

/**
 * The wavetable synthesizer: plays DLS and SoundFont collections on 16 channels per channel group.
 *
 * Its sound depends on the messages and the frames between them only, not on how the frames are cut into blocks.
 * Nothing is allocated while rendering.
 */
export class CollectionSynth implements Synthesizer, Disposable {
  readonly sampleRate: number;
  readonly #onDispose: (() => void) | undefined;
  readonly #memory: KernelMemory;
  readonly #channels: MidiChannel[] = [];
  readonly #patches: Patches;
  readonly #master: MasterControls;
  readonly #systemExclusive: SystemExclusive;
  readonly #changes: ChannelChanges;

  readonly #mostVoices: number;
  readonly #environment: VoiceEnvironment;
  readonly #effects: Effects;
  readonly #pool: VoicePool;
  readonly #notes: SoundingNotes;
  readonly #note: NoteOn;
  #order = 0;

  #volume = 1;
  #masterVolume = 1;
  /** Factor on the output, and what each frame of this tick adds to it first. */
  #gain = OUTPUT_GAIN;
  #gainStep = 0;
  #peak = 0;

  constructor(options: CollectionSynthOptions) {
    const { memory, sampleRate, effects = { reverb: true, chorus: true } } = options;
    this.sampleRate = sampleRate;
    this.#onDispose = options.onDispose;
    this.#memory = memory;
    this.#patches = new Patches(options.collections);
    const voices = options.voices ?? DEFAULT_VOICES;
    this.#mostVoices = Math.max(1, Math.min(MOST_VOICES, options.mostVoices ?? voices));
    this.#environment = { memory, sampleRate, filters: filterTable(sampleRate), ...effects };
    this.#effects = new Effects({ memory, kernel: options.kernel, sampleRate, ...effects });
    this.#pool = new VoicePool(this.#environment, options.kernel, this.#effects, this.#mostVoices);
    this.#notes = new SoundingNotes(this.#pool);
    this.voiceLimit = voices;
    this.#master = new MasterControls({
      channels: this.#channels,
      patches: this.#patches,
      effects: this.#effects,
      notes: this.#notes,
      onVolume: (volume) => {
        this.#masterVolume = volume;
        this.setVolume(this.#volume);
      },
    });
    this.#systemExclusive = new SystemExclusive(this.#master);
    this.#changes = {
      sourceMoved: (channel, source) => this.#notes.sourceMoved(channel, source),
      offsetsMoved: (channel) => this.#notes.markStale(channel),
      tuningMoved: (channel) => this.#notes.markStale(channel),
    };
    this.channelGroups = options.channelGroups ?? 1;
    this.#note = {
      channel: this.#channels[0]!,
      key: 0,
      velocity: 0,
      order: 0,
      glideCents: 0,
      glideFrames: 0,
    };
  }

  get activeVoices(): number {
    return this.#pool.count;
  }

  get isSilent(): boolean {
    return this.#pool.count === 0 && this.#effects.isSilent;
  }

  /** Voices that may sound at once. What sounds beyond a lower limit sounds to its end. */
  get voiceLimit(): number {
    return this.#pool.limit;
  }

  set voiceLimit(voices: number) {
    this.#pool.limit = Math.max(1, Math.min(this.#mostVoices, voices));
  }

  /** Which of the effects there are sound. */
  setEffects(reverb: boolean, chorus: boolean): void {
    this.#environment.reverb = reverb && this.#effects.reverb !== undefined;
    this.#environment.chorus = chorus && this.#effects.chorus !== undefined;
    for (const channel of this.#channels) this.#notes.markStale(channel);
  }

  /** Sets of 16 channels. */
  get channelGroups(): number {
    return this.#channels.length / 16;
  }

  set channelGroups(groups: number) {
    const wanted = Math.max(1, Math.min(MOST_CHANNEL_GROUPS, Math.floor(groups)));
    while (this.#channels.length > wanted * 16) {
      const channel = this.#channels.pop()!;
      this.#notes.shutDown(channel);
      this.#patches.forget(channel);
    }
    for (let group = this.channelGroups; group < wanted; group++) {
      for (let number = 0; number < 16; number++) {
        const channel = new MidiChannel(group, number, this.#master.tuning, this.#changes);
        channel.priority = defaultPriority(number);
        this.#channels.push(channel);
      }
    }
  }

  /** Notes that did not sound, or not to their end, for want of voices. */
  get lostNotes(): number {
    return this.#pool.lostNotes;
  }

  /** Largest magnitude of the output, 1 = full scale. */
  get peak(): number {
    return this.#peak;
  }

  /** RUNNINGSTATS begin anew. */
  clearStatistics(): void {
    this.#pool.lostNotes = 0;
    this.#peak = 0;
  }

  /** Factor on everything: VOLUME and VOLUMEBOOST. */
  setVolume(volume: number): void {
    this.#volume = volume;
    // Nothing to ramp: what starts now starts at that level.
    if (this.isSilent) this.#gain = this.#gainTarget;
  }

  /** VOICEPRIORITY of a channel; group and channel are 0-based. Undefined when there is no such channel. */
  priorityOf(group: number, channel: number): number | undefined {
    return this.#channels[group * 16 + channel]?.priority;
  }

  setPriority(group: number, channel: number, priority: number): boolean {
    const target = this.#channels[group * 16 + channel];
    if (target === undefined || channel > 15) return false;
    target.priority = priority >>> 0;
    return true;
  }

  /** In front of all others. */
  addCollection(collection: LoadedCollection): void {
    this.#patches.add(collection);
  }

  /**
   * What sounds from it sounds to its end. A channel that plays it is silent until its next program change: no other
   * instrument takes its place. Specification 4.8.
   */
  removeCollection(collection: LoadedCollection): void {
    this.#patches.remove(collection);
  }

  /** Collections in the order in which they are searched. */
  setCollections(collections: readonly LoadedCollection[]): void {
    this.#patches.set(collections);
  }

  send(bytes: Uint8Array, offset: number, length: number, group = 1): void {
    const status = bytes[offset]!;
    if (status === 0xf0) {
      this.#systemExclusive.obey(bytes, offset, length);
      return;
    }
    if (status === 0xff) return this.reset();
    if (status < 0x80 || status >= 0xf0) return;
    // Groups count from 1; 0 is taken for the first, as by the unpacker.
    const channel = this.#channels[Math.max(0, group - 1) * 16 + (status & 0x0f)];
    if (channel === undefined || length < (status >= 0xc0 && status < 0xe0 ? 2 : 3)) return;
    const first = bytes[offset + 1]! & 0x7f;
    const second = length > 2 ? bytes[offset + 2]! & 0x7f : 0;
    switch (status & 0xf0) {
      case 0x80:
        return this.#notes.noteOff(channel, first);
      case 0x90:
        return second === 0 ? this.#notes.noteOff(channel, first) : this.#noteOn(channel, first, second);
      case 0xa0:
        return channel.setPolyPressure(first, second);
      case 0xb0:
        return this.#controlChange(channel, first, second);
      case 0xc0:
        channel.program = first;
        return this.#patches.selectBank(channel);
      case 0xd0:
        return channel.setPressure(first);
      case 0xe0:
        return channel.setPitchWheel(first | (second << 7));
    }
  }

  render(left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    const pool = this.#pool;
    let done = 0;
    while (done < frames) {
      if (pool.untilTick === 0) {
        pool.tick();
        this.#aimGain();
      }
      const span = pool.span(frames - done);
      if (!this.isSilent) this.#renderSpan(left, right, offset + done, span);
      pool.pass(span);
      done += span;
    }
  }

  fadeOutAll(scale: number): void {
    this.#pool.fadeOut(scale);
    this.#effects.fadeOut(scale);
  }

  reset(): void {
    this.#master.resetTo('plain');
  }

  /** Gives back its memory; voices end at once. */
  dispose(): void {
    this.#pool.dispose();
    this.#effects.dispose();
    this.#onDispose?.();
  }

  get #gainTarget(): number {
    return OUTPUT_GAIN * this.#volume * this.#masterVolume;
  }

  /** Sends the output's factor to its target within the tick that begins. */
  #aimGain(): void {
    const target = this.#gainTarget;
    this.#gainStep = (target - this.#gain) / TICK_FRAMES;
    if (Math.abs(target - this.#gain) < 1e-7) {
      this.#gain = target;
      this.#gainStep = 0;
    }
  }

  #renderSpan(left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    this.#pool.render(frames);
    this.#effects.render(frames);
    const { f32 } = this.#memory;
    const gainStep = this.#gainStep;
    let gain = this.#gain;
    const busLeft = at.BUS_LEFT / 4;
    const busRight = at.BUS_RIGHT / 4;
    let peak = this.#peak;
    for (let frame = 0; frame < frames; frame++) {
      gain += gainStep;
      const l = f32[busLeft + frame]! * gain;
      const r = f32[busRight + frame]! * gain;
      left[offset + frame]! += l;
      right[offset + frame]! += r;
      if (l > peak) peak = l;
      else if (-l > peak) peak = -l;
      if (r > peak) peak = r;
      else if (-r > peak) peak = -r;
    }
    this.#peak = peak;
    this.#gain = gain;
  }

  #noteOn(channel: MidiChannel, key: number, velocity: number): void {
    const patch = this.#patches.of(channel);
    const from = channel.portamentoFrom >= 0 ? channel.portamentoFrom : this.#glidesFrom(channel);
    channel.portamentoFrom = -1;
    channel.lastKey = key;
    if (patch === null) return;
    const { collection, instrument } = patch;
    const order = ++this.#order;
    const pool = this.#pool;
    this.#notes.endRivals(channel, instrument, key, velocity);
    const note = this.#note;
    note.channel = channel;
    note.key = key;
    note.velocity = velocity;
    note.order = order;
    note.glideCents = from < 0 ? 0 : (from - key) * 100;
    note.glideFrames = from < 0 ? 0 : this.#glideFrames(channel);
    for (const region of instrument.regions) {
      const { keys, velocities } = region.region;
      if (key < keys.low || key > keys.high || velocity < velocities.low || velocity > velocities.high)
        continue;
      const voice = pool.take(channel.priority, order);
      if (voice === undefined) {
        pool.lostNotes++;
        return;
      }
      voice.start(note, collection, instrument, region, pool.untilTick);
      pool.started(voice);
    }
  }

  #glidesFrom(channel: MidiChannel): number {
    return channel.controllers[CC.portamento]! >= 64 ? channel.lastKey : -1;
  }

  /** Time of a glide: 10 ms to 8 s, exponential in the controller. */
  #glideFrames(channel: MidiChannel): number {
    const time = channel.controllers[CC.portamentoTime]! / 127;
    return 0.01 * Math.pow(LONGEST_GLIDE / 0.01, time) * this.sampleRate;
  }

  #controlChange(channel: MidiChannel, controller: number, value: number): void {
    switch (controller) {
      case CC.allSoundOff:
        return this.#notes.shutDown(channel);
      case CC.resetControllers:
        channel.resetControllers();
        return this.#notes.pedalsMoved(channel);
      case CC.allNotesOff:
      case CC.omniOff:
      case CC.omniOn:
        return this.#notes.allNotesOff(channel);
      case CC.monoOn:
      case CC.polyOn:
        channel.isMono = controller === CC.monoOn;
        return this.#notes.allNotesOff(channel);
    }
    if (controller >= 120) return;
    if (controller === CC.sostenuto && value >= 64 && !channel.sostenuto) this.#notes.holdSostenuto(channel);
    channel.setController(controller, value);
    if (controller === CC.sustain || controller === CC.sostenuto) this.#notes.pedalsMoved(channel);
  }
}
