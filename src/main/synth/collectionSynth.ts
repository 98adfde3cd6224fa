import type { Disposable } from '../../contract/disposable.ts';
import { Chorus, CHORUS_MACROS, STANDARD_CHORUS } from './effects/chorus.ts';
import { Reverb, REVERB_MACROS, STANDARD_REVERB } from './effects/reverb.ts';
import type { Kernel } from './kernel/kernel.ts';
import * as at from './kernel/layout.ts';
import type { KernelMemory } from './kernel/memory.ts';
import type { LoadedCollection, PlayableInstrument } from './loadedCollection.ts';
import type { Synthesizer } from './synthesizer.ts';
import { filterTable } from './voices/filterTable.ts';
import { CC, MidiChannel, type ChannelChanges } from './voices/midiChannel.ts';
import { SystemExclusive, type Mode } from './voices/systemExclusive.ts';
import { Voice, type NoteOn, type VoiceEnvironment } from './voices/voice.ts';
import { defaultPriority } from './voices/priority.ts';

export const DEFAULT_VOICES = 256;
export const MOST_VOICES = 1024;
export const MOST_CHANNEL_GROUPS = 16;

/** Frames between two updates of envelopes, LFOs and controllers: 1.3 ms at 48 kHz. */
const TICK_FRAMES = at.SPAN_FRAMES;
/** Level of a voice at full amplitude in the middle: room for some dozens of voices, -12 dB. */
const OUTPUT_GAIN = 0.25;
/** Seconds in which effects fade when everything is to end. */
const FADE_SECONDS = 0.005;
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
  readonly #kernel: Kernel;
  readonly #collections: LoadedCollection[];
  readonly #channels: MidiChannel[] = [];
  /** Instrument of each channel, by its index; undefined is to be found anew. */
  readonly #instruments: (Patch | null | undefined)[] = [];
  readonly #tuning = { cents: 0, keys: new Float64Array(128) };
  #masterFine = 0;
  #masterCoarse = 0;
  readonly #systemExclusive: SystemExclusive;
  readonly #changes: ChannelChanges;
  #mode: Mode = 'plain';

  readonly #mostVoices: number;
  #voiceLimit: number;
  /** All voices; those in use are the first ones. */
  readonly #active: Voice[] = [];
  #activeCount = 0;
  /** Of those, how many count for the limit. */
  #playing = 0;
  /** Some voices are still in their delay. */
  #hasDelayed = false;
  readonly #environment: VoiceEnvironment;
  readonly #records: number;
  /** Address of the kernel's list, and of a voice that is always silent. */
  readonly #list: number;
  readonly #dummy: number;
  readonly #kindCounts = new Int32Array(at.KINDS);
  readonly #kindStarts = new Int32Array(at.KINDS);
  #listIsStale = true;
  readonly #note: NoteOn;
  #order = 0;
  #untilTick = 0;

  readonly #reverb: Reverb | undefined;
  readonly #chorus: Chorus | undefined;
  /** Frames for which the effects still sound after their last input. */
  #tailFrames = 0;
  #reverbTail = 0;
  #chorusTail = 0;
  /** A voice of the list sends to the effect: its tail has not begun. */
  #feedsReverb = false;
  #feedsChorus = false;
  /** Factor on the effects' output while they fade, and what a frame takes away. */
  #wetGain = 1;
  #wetStep = 0;
  readonly #dryLeft = new Float32Array(at.SPAN_FRAMES);
  readonly #dryRight = new Float32Array(at.SPAN_FRAMES);

  #volume = 1;
  #masterVolume = 1;
  /** Factor on the output, and what each frame of this tick adds to it first. */
  #gain = OUTPUT_GAIN;
  #gainStep = 0;
  #lostNotes = 0;
  #peak = 0;

  constructor(options: CollectionSynthOptions) {
    const { memory, sampleRate, effects = { reverb: true, chorus: true } } = options;
    this.sampleRate = sampleRate;
    this.#onDispose = options.onDispose;
    this.#memory = memory;
    this.#kernel = options.kernel;
    this.#collections = [...options.collections];
    const voices = options.voices ?? DEFAULT_VOICES;
    this.#mostVoices = Math.max(1, Math.min(MOST_VOICES, options.mostVoices ?? voices));
    this.#voiceLimit = Math.max(1, Math.min(this.#mostVoices, voices));
    const capacity = capacityFor(this.#mostVoices);
    this.#records = memory.allocate((capacity + 1) * at.VOICE_BYTES);
    this.#list = memory.allocate((capacity + 4 * at.KINDS) * 4);
    this.#dummy = this.#records + capacity * at.VOICE_BYTES;
    const dummy = this.#dummy / 4;
    memory.u32[dummy + at.PHASE / 4 + 1] = 4;
    memory.u32[dummy + at.WRAP_AT / 4] = 0xffffffff;
    const environment = { memory, sampleRate, filters: filterTable(sampleRate), ...effects };
    this.#environment = environment;
    for (let index = 0; index < capacity; index++)
      this.#active.push(new Voice(environment, this.#records + index * at.VOICE_BYTES));
    this.#reverb = effects.reverb ? new Reverb(memory, sampleRate) : undefined;
    this.#chorus = effects.chorus ? new Chorus(memory, sampleRate) : undefined;
    this.#systemExclusive = new SystemExclusive(this.#target());
    this.#changes = {
      sourceMoved: (channel, source) => this.#sourceMoved(channel, source),
      offsetsMoved: (channel) => this.#markStale(channel),
      tuningMoved: (channel) => this.#markStale(channel),
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
    return this.#activeCount;
  }

  get isSilent(): boolean {
    return this.#activeCount === 0 && this.#tailFrames === 0;
  }

  /** Voices that may sound at once. What sounds beyond a lower limit sounds to its end. */
  get voiceLimit(): number {
    return this.#voiceLimit;
  }

  set voiceLimit(voices: number) {
    this.#voiceLimit = Math.max(1, Math.min(this.#mostVoices, voices));
  }

  /** Which of the effects there are sound. */
  setEffects(reverb: boolean, chorus: boolean): void {
    this.#environment.reverb = reverb && this.#reverb !== undefined;
    this.#environment.chorus = chorus && this.#chorus !== undefined;
    for (const channel of this.#channels) this.#markStale(channel);
  }

  /** Sets of 16 channels. */
  get channelGroups(): number {
    return this.#channels.length / 16;
  }

  set channelGroups(groups: number) {
    const wanted = Math.max(1, Math.min(MOST_CHANNEL_GROUPS, Math.floor(groups)));
    while (this.#channels.length > wanted * 16) {
      const channel = this.#channels.pop()!;
      this.#shutDown(channel);
      this.#instruments.pop();
    }
    for (let group = this.channelGroups; group < wanted; group++) {
      for (let number = 0; number < 16; number++) {
        const channel = new MidiChannel(group, number, this.#tuning, this.#changes);
        channel.priority = defaultPriority(number);
        this.#channels.push(channel);
        this.#instruments.push(undefined);
      }
    }
  }

  /** Notes that did not sound, or not to their end, for want of voices. */
  get lostNotes(): number {
    return this.#lostNotes;
  }

  /** Largest magnitude of the output, 1 = full scale. */
  get peak(): number {
    return this.#peak;
  }

  /** RUNNINGSTATS begin anew. */
  clearStatistics(): void {
    this.#lostNotes = 0;
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
    this.#collections.unshift(collection);
    this.#instruments.forEach((patch, index) => {
      // A channel without an instrument gets one only if it is the very one it asks for.
      if (patch !== null || collection.exact(this.#channels[index]!) !== undefined)
        this.#instruments[index] = undefined;
    });
  }

  /**
   * What sounds from it sounds to its end. A channel that plays it is silent until its next program change: no other
   * instrument takes its place. Specification 4.8.
   */
  removeCollection(collection: LoadedCollection): void {
    const place = this.#collections.indexOf(collection);
    if (place >= 0) this.#collections.splice(place, 1);
    this.#instruments.forEach((patch, index) => {
      if (patch?.collection === collection) this.#instruments[index] = null;
    });
  }

  /** Collections in the order in which they are searched. */
  setCollections(collections: readonly LoadedCollection[]): void {
    this.#collections.splice(0, this.#collections.length, ...collections);
    this.#instruments.fill(undefined);
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
    const index = Math.max(0, group - 1) * 16 + (status & 0x0f);
    const channel = this.#channels[index];
    if (channel === undefined || length < (status >= 0xc0 && status < 0xe0 ? 2 : 3)) return;
    const first = bytes[offset + 1]! & 0x7f;
    const second = length > 2 ? bytes[offset + 2]! & 0x7f : 0;
    switch (status & 0xf0) {
      case 0x80:
        return this.#noteOff(channel, first);
      case 0x90:
        return second === 0 ? this.#noteOff(channel, first) : this.#noteOn(channel, index, first, second);
      case 0xa0:
        return channel.setPolyPressure(first, second);
      case 0xb0:
        return this.#controlChange(channel, first, second);
      case 0xc0:
        channel.program = first;
        this.#selectBank(channel, index);
        return;
      case 0xd0:
        return channel.setPressure(first);
      case 0xe0:
        return channel.setPitchWheel(first | (second << 7));
    }
  }

  render(left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    let done = 0;
    while (done < frames) {
      if (this.#untilTick === 0) this.#tick();
      if (this.#listIsStale) this.#buildList();
      let span = Math.min(frames - done, this.#untilTick);
      if (this.#hasDelayed) span = this.#shortestDelay(span);
      if (!this.isSilent) this.#renderSpan(left, right, offset + done, span);
      this.#untilTick -= span;
      done += span;
      if (this.#hasDelayed) this.#passDelays(span);
    }
  }

  fadeOutAll(scale: number): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      voice.takeOver(scale);
      if (!voice.dying) this.#end(voice);
    }
    this.#listIsStale = true;
    if (this.#tailFrames > 0) {
      this.#wetGain *= scale;
      this.#wetStep = 1 / (FADE_SECONDS * this.sampleRate);
    }
  }

  reset(): void {
    this.#resetTo('plain');
  }

  /** Gives back its memory; voices end at once. */
  dispose(): void {
    for (let index = 0; index < this.#activeCount; index++) this.#active[index]!.end();
    this.#activeCount = 0;
    this.#memory.free(this.#records);
    this.#memory.free(this.#list);
    this.#reverb?.dispose();
    this.#chorus?.dispose();
    this.#onDispose?.();
  }

  get #gainTarget(): number {
    return OUTPUT_GAIN * this.#volume * this.#masterVolume;
  }

  // --- Rendering ------------------------------------------------------------------------------------------------

  #tick(): void {
    this.#untilTick = TICK_FRAMES;
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.delay > 0 || !voice.active) continue;
      const { kind } = voice;
      voice.tick(TICK_FRAMES);
      if (voice.kind !== kind) this.#listIsStale = true;
    }
    this.#collect();
    const target = this.#gainTarget;
    this.#gainStep = (target - this.#gain) / TICK_FRAMES;
    if (Math.abs(target - this.#gain) < 1e-7) {
      this.#gain = target;
      this.#gainStep = 0;
    }
  }

  /** Puts voices that have ended back among the free ones. */
  #collect(): void {
    const active = this.#active;
    for (let index = 0; index < this.#activeCount;) {
      const voice = active[index]!;
      if (voice.active) {
        index++;
        continue;
      }
      this.#listIsStale = true;
      this.#activeCount--;
      active[index] = active[this.#activeCount]!;
      active[this.#activeCount] = voice;
    }
    this.#playing = 0;
    for (let index = 0; index < this.#activeCount; index++) if (!active[index]!.dying) this.#playing++;
  }

  /** Frames until the first of the delayed voices begins, at most `limit`. */
  #shortestDelay(limit: number): number {
    let shortest = limit;
    for (let index = 0; index < this.#activeCount; index++) {
      const { delay } = this.#active[index]!;
      if (delay > 0 && delay < shortest) shortest = delay;
    }
    return shortest;
  }

  /** Starts the voices whose delay ends after these frames. */
  #passDelays(frames: number): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.delay === 0 || !voice.active) continue;
      voice.delay -= frames;
      if (voice.delay > 0) continue;
      if (this.#untilTick > 0) voice.tick(this.#untilTick);
      this.#listIsStale = true;
    }
  }

  #renderSpan(left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    const kernel = this.#kernel;
    kernel.clearMix(frames);
    for (let kind = 0; kind < at.KINDS; kind++) {
      const groups = this.#kindCounts[kind]! >> 2;
      if (groups > 0) kernel.renderVoices(kind, this.#list + this.#kindStarts[kind]! * 4, groups, frames);
    }
    kernel.sumMix(frames);
    if (this.#tailFrames > 0) this.#renderEffects(frames);

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

  #renderEffects(frames: number): void {
    const kernel = this.#kernel;
    const isFading = this.#wetStep > 0;
    if (isFading) this.#saveDry(frames);
    if (this.#chorus !== undefined && this.#chorusTail > 0) kernel.chorus(this.#chorus.record, frames);
    if (this.#reverb !== undefined && this.#reverbTail > 0) kernel.reverb(this.#reverb.record, frames);
    if (isFading) this.#fadeWet(frames);
    if (!this.#feedsChorus) this.#chorusTail = Math.max(0, this.#chorusTail - frames);
    if (!this.#feedsReverb) this.#reverbTail = Math.max(0, this.#reverbTail - frames);
    this.#tailFrames = Math.max(this.#chorusTail, this.#reverbTail);
  }

  #saveDry(frames: number): void {
    const { f32 } = this.#memory;
    for (let frame = 0; frame < frames; frame++) {
      this.#dryLeft[frame] = f32[at.BUS_LEFT / 4 + frame]!;
      this.#dryRight[frame] = f32[at.BUS_RIGHT / 4 + frame]!;
    }
  }

  #fadeWet(frames: number): void {
    const { f32 } = this.#memory;
    for (let frame = 0; frame < frames; frame++) {
      this.#wetGain = Math.max(0, this.#wetGain - this.#wetStep);
      const left = at.BUS_LEFT / 4 + frame;
      const right = at.BUS_RIGHT / 4 + frame;
      f32[left] = this.#dryLeft[frame]! + (f32[left]! - this.#dryLeft[frame]!) * this.#wetGain;
      f32[right] = this.#dryRight[frame]! + (f32[right]! - this.#dryRight[frame]!) * this.#wetGain;
    }
    if (this.#wetGain > 0) return;
    this.#reverb?.clear();
    this.#chorus?.clear();
    this.#wetGain = 1;
    this.#wetStep = 0;
  }

  /** Sorts the sounding voices by kind, each kind filled up to whole groups. */
  #buildList(): void {
    this.#listIsStale = false;
    const counts = this.#kindCounts;
    const starts = this.#kindStarts;
    counts.fill(0);
    this.#hasDelayed = false;
    this.#feedsReverb = false;
    this.#feedsChorus = false;
    const active = this.#active;
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = active[index]!;
      if (voice.delay > 0) this.#hasDelayed = true;
      else if (voice.active) counts[voice.kind]!++;
    }
    let place = 0;
    for (let kind = 0; kind < at.KINDS; kind++) {
      starts[kind] = place;
      if (counts[kind]! > 0) {
        const send = kind % 3;
        if (send >= at.KIND_REVERB) this.#feedsReverb = true;
        if (send === at.KIND_REVERB_AND_CHORUS) this.#feedsChorus = true;
      }
      place += (counts[kind]! + 3) & ~3;
      counts[kind] = 0;
    }
    if (this.#feedsReverb) this.#reverbTail = this.#tailOf(this.#reverb);
    if (this.#feedsChorus) this.#chorusTail = this.#tailOf(this.#chorus);
    this.#tailFrames = Math.max(this.#reverbTail, this.#chorusTail);
    const { u32 } = this.#memory;
    const list = this.#list / 4;
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = active[index]!;
      if (voice.active && voice.delay === 0)
        u32[list + starts[voice.kind]! + counts[voice.kind]!++] = voice.record;
    }
    for (let kind = 0; kind < at.KINDS; kind++) {
      while ((counts[kind]! & 3) !== 0) u32[list + starts[kind]! + counts[kind]!++] = this.#dummy;
    }
  }

  #tailOf(effect: { tailSeconds: number } | undefined): number {
    return effect === undefined ? 0 : Math.ceil(effect.tailSeconds * this.sampleRate);
  }

  // --- Notes ----------------------------------------------------------------------------------------------------

  #noteOn(channel: MidiChannel, index: number, key: number, velocity: number): void {
    let patch = this.#instruments[index];
    if (patch === undefined) this.#instruments[index] = patch = this.#findPatch(channel);
    const from = channel.portamentoFrom >= 0 ? channel.portamentoFrom : this.#glidesFrom(channel);
    channel.portamentoFrom = -1;
    channel.lastKey = key;
    if (patch === null) return;
    const { collection, instrument } = patch;
    const order = ++this.#order;
    this.#endRivals(channel, instrument, key, velocity);
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
      const voice = this.#takeVoice(channel.priority, order);
      if (voice === undefined) {
        this.#lostNotes++;
        return;
      }
      voice.start(note, collection, instrument, region, this.#untilTick);
      if (!voice.active) this.#collect();
    }
    this.#listIsStale = true;
  }

  /** Ends what a new note is not to sound together with. */
  #endRivals(channel: MidiChannel, instrument: PlayableInstrument, key: number, velocity: number): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.channel !== channel || voice.dying || !voice.active) continue;
      const held = voice.keyDown || voice.pedalHeld;
      if (voice.key === key && held) {
        if (voice.region.region.isSelfExclusive) this.#end(voice);
        // The key was pressed without having been let go: the old note ends as if it had been.
        else if (voice.keyDown) this.#liftKey(voice);
      } else if (channel.isMono && voice.keyDown) this.#liftKey(voice);
      const { exclusiveClass } = voice.region.region;
      if (exclusiveClass === 0 || voice.instrument !== instrument || voice.dying) continue;
      for (const { region } of instrument.regions) {
        if (
          region.exclusiveClass === exclusiveClass &&
          key >= region.keys.low &&
          key <= region.keys.high &&
          velocity >= region.velocities.low &&
          velocity <= region.velocities.high
        ) {
          this.#end(voice);
          break;
        }
      }
    }
  }

  #noteOff(channel: MidiChannel, key: number): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.channel === channel && voice.key === key && voice.keyDown && voice.active)
        this.#liftKey(voice);
    }
  }

  #liftKey(voice: Voice): void {
    voice.keyDown = false;
    if (voice.channel.sustain || voice.sostenutoHeld) voice.pedalHeld = true;
    else this.#release(voice);
  }

  #release(voice: Voice): void {
    voice.release(this.#untilTick);
    this.#listIsStale = true;
  }

  #end(voice: Voice): void {
    if (!voice.dying) this.#playing--;
    voice.shutDown(this.#untilTick);
    this.#listIsStale = true;
  }

  /**
   * A voice for a note of `priority`; when the limit is reached the voice of the lowest priority gives way, of equal
   * ones the one that is missed least. Undefined when every voice is more important. Specification 4.8.
   */
  #takeVoice(priority: number, order: number): Voice | undefined {
    if (this.#playing >= this.#voiceLimit) {
      const victim = this.#victim(priority, order);
      if (victim === undefined) return undefined;
      this.#lostNotes++;
      this.#end(victim);
      if (!victim.active) this.#collect();
    }
    if (this.#activeCount === this.#active.length) this.#endQuietest();
    this.#playing++;
    return this.#active[this.#activeCount++]!;
  }

  #victim(priority: number, order: number): Voice | undefined {
    let victim: Voice | undefined;
    let least = Infinity;
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.dying || voice.order === order || voice.priority > priority) continue;
      if (victim !== undefined && voice.priority > victim.priority) continue;
      // A note that was let go is missed less than one that is held by pedal, and that less than one whose key is down.
      const missed = voice.loudness * (voice.keyDown ? 1 : voice.pedalHeld ? 0.3 : 0.1);
      if (victim !== undefined && voice.priority === victim.priority && missed >= least) continue;
      victim = voice;
      least = missed;
    }
    return victim;
  }

  #endQuietest(): void {
    let quietest: Voice | undefined;
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.dying && (quietest === undefined || voice.loudness < quietest.loudness)) quietest = voice;
    }
    quietest?.end();
    this.#collect();
  }

  #glidesFrom(channel: MidiChannel): number {
    return channel.controllers[CC.portamento]! >= 64 ? channel.lastKey : -1;
  }

  /** Time of a glide: 10 ms to 8 s, exponential in the controller. */
  #glideFrames(channel: MidiChannel): number {
    const time = channel.controllers[CC.portamentoTime]! / 127;
    return 0.01 * Math.pow(LONGEST_GLIDE / 0.01, time) * this.sampleRate;
  }

  // --- Channels -------------------------------------------------------------------------------------------------

  #controlChange(channel: MidiChannel, controller: number, value: number): void {
    switch (controller) {
      case CC.allSoundOff:
        return this.#shutDown(channel);
      case CC.resetControllers:
        channel.resetControllers();
        return this.#pedalsMoved(channel);
      case CC.allNotesOff:
      case CC.omniOff:
      case CC.omniOn:
        return this.#allNotesOff(channel);
      case CC.monoOn:
      case CC.polyOn:
        channel.isMono = controller === CC.monoOn;
        return this.#allNotesOff(channel);
    }
    if (controller >= 120) return;
    if (controller === CC.sostenuto && value >= 64 && !channel.sostenuto) this.#holdSostenuto(channel);
    channel.setController(controller, value);
    if (controller === CC.sustain || controller === CC.sostenuto) this.#pedalsMoved(channel);
  }

  #holdSostenuto(channel: MidiChannel): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.channel === channel && voice.keyDown) voice.sostenutoHeld = true;
    }
  }

  /** Releases what no pedal holds any more. */
  #pedalsMoved(channel: MidiChannel): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.channel !== channel || voice.dying || !voice.active) continue;
      if (!channel.sostenuto) voice.sostenutoHeld = false;
      if (voice.pedalHeld && !channel.sustain && !voice.sostenutoHeld) this.#release(voice);
    }
  }

  #allNotesOff(channel: MidiChannel): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.channel === channel && voice.keyDown && voice.active) this.#liftKey(voice);
    }
  }

  #shutDown(channel: MidiChannel): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.channel === channel && !voice.dying && voice.active) this.#end(voice);
    }
  }

  #sourceMoved(channel: MidiChannel, source: number): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.channel === channel) voice.sourceMoved(source);
    }
  }

  #markStale(channel: MidiChannel): void {
    for (let index = 0; index < this.#activeCount; index++) {
      const voice = this.#active[index]!;
      if (voice.channel === channel) voice.markStale();
    }
  }

  /** A program change takes over the bank that was selected before it, by the rules of the mode. */
  #selectBank(channel: MidiChannel, index: number): void {
    const msb = channel.controllers[CC.bankMsb]!;
    const lsb = channel.controllers[CC.bankLsb]!;
    channel.bankMsb = msb;
    channel.bankLsb = lsb;
    switch (this.#mode) {
      case 'gm':
        channel.bankMsb = 0;
        channel.bankLsb = 0;
        break;
      case 'gs':
        // The LSB chooses the map of an older model, which is not told apart here.
        channel.bankLsb = 0;
        break;
      case 'gm2':
        channel.isDrum = msb === 120 || (msb !== 121 && channel.isDrum);
        if (msb === 120) channel.bankMsb = channel.bankLsb = 0;
        break;
      case 'xg':
        // 127 and 126 are drums; 64 is a bank of its own; with 0 the LSB is the variation.
        channel.isDrum = msb === 127 || msb === 126 || (channel.number === 9 && msb === 0);
        if (channel.isDrum) channel.bankMsb = channel.bankLsb = 0;
        break;
      case 'plain':
        break;
    }
    this.#instruments[index] = undefined;
  }

  #findPatch(channel: MidiChannel): Patch | null {
    const { bankMsb, bankLsb, program, isDrum } = channel;
    const address = { bankMsb, bankLsb, program, isDrum };
    // SoundFonts have XG's variations in the bank of their LSB.
    const variation = { bankMsb: bankLsb, bankLsb: 0, program, isDrum };
    for (const collection of this.#collections) {
      const instrument =
        collection.exact(address) ??
        (this.#mode === 'xg' && bankMsb === 0 ? collection.exact(variation) : undefined);
      if (instrument !== undefined) return { collection, instrument };
    }
    for (const collection of this.#collections) {
      const instrument = collection.find(address);
      if (instrument !== undefined) return { collection, instrument };
    }
    return null;
  }

  #resetTo(mode: Mode): void {
    this.#mode = mode;
    this.#tuning.keys.fill(0);
    this.#masterFine = 0;
    this.#masterCoarse = 0;
    this.#tuning.cents = 0;
    this.#masterVolume = 1;
    this.setVolume(this.#volume);
    this.#reverb?.set(STANDARD_REVERB);
    this.#reverb?.setLevel(1);
    this.#chorus?.set(STANDARD_CHORUS);
    this.#chorus?.setLevel(1);
    for (const channel of this.#channels) {
      this.#shutDown(channel);
      channel.reset();
    }
    this.#instruments.fill(undefined);
  }

  #retune(): void {
    this.#tuning.cents = this.#masterFine + this.#masterCoarse;
    for (const channel of this.#channels) this.#markStale(channel);
  }

  /** What system exclusive messages do here. They have no channel group: they are meant for all. */
  #target(): ConstructorParameters<typeof SystemExclusive>[0] {
    const eachGroup = (number: number, act: (channel: MidiChannel, index: number) => void): void => {
      for (let index = number; index < this.#channels.length; index += 16) act(this.#channels[index]!, index);
    };
    return {
      resetTo: (mode) => this.#resetTo(mode),
      setMasterVolume: (volume) => {
        this.#masterVolume = volume;
        this.setVolume(this.#volume);
      },
      setMasterFineTuning: (cents) => {
        this.#masterFine = cents;
        this.#retune();
      },
      setMasterCoarseTuning: (cents) => {
        this.#masterCoarse = cents;
        this.#retune();
      },
      setDrumPart: (number, isDrum) =>
        eachGroup(number, (channel, index) => {
          channel.isDrum = isDrum;
          this.#instruments[index] = undefined;
        }),
      setScaleTuning: (channels, cents) => {
        for (let number = 0; number < 16; number++)
          if ((channels >> number) & 1) eachGroup(number, (channel) => channel.setScaleTuning(cents));
      },
      tuneKey: (key, cents) => {
        this.#tuning.keys[key & 0x7f] = cents;
        this.#retune();
      },
      setReverbMacro: (macro) => this.#reverb?.set(REVERB_MACROS[macro] ?? STANDARD_REVERB),
      setReverbLevel: (level) => this.#reverb?.setLevel((level / 64) ** 2),
      setReverbDecay: (seconds) =>
        this.#reverb?.set({ ...STANDARD_REVERB, decaySeconds: Math.min(12, Math.max(0.1, seconds)) }),
      setChorusMacro: (macro) => this.#chorus?.set(CHORUS_MACROS[macro] ?? STANDARD_CHORUS),
      setChorusLevel: (level) => this.#chorus?.setLevel((level / 64) ** 2),
      setController: (number, controller, value) =>
        eachGroup(number, (channel) => channel.setController(controller, value)),
    };
  }
}

interface Patch {
  readonly collection: LoadedCollection;
  readonly instrument: PlayableInstrument;
}

/** Voices and the ones that are still fading when others take their place. */
const capacityFor = (voices: number): number => voices + Math.max(16, voices >> 2);
