import { Emitter, type Event } from '../../../contract/emitter.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import type { StreamState, SynthStatistics } from '../../../contract/hardware.ts';
import { decibelsToGain, type ReferenceTime } from '../../../contract/units.ts';
import type { MasterClock } from '../../engine/ks/clock.ts';
import { SYNTH_EFFECT, type SynthPortParams } from '../../engine/ks/properties/synth.ts';
import { PendingRequest } from '../../engine/ks/property.ts';
import { KsError } from '../../engine/ks/status.ts';
import { parseDlsDownload, type DlsDownload } from '../../engine/portcls/dmus/dlsDownload.ts';
import { LatencyClock } from '../../engine/portcls/dmus/waveSink.ts';
import type { HostedDMusStream } from '../../engine/portcls/ports/dmus.ts';
import type { CardHardware, CardStream } from './cardHardware.ts';
import { CHANNELS_PER_GROUP, defaultPriority, grantPortParameters, SYNTH_LIMITS } from './synthLimits.ts';

/** Bytes that all clients together may have downloaded. */
const MOST_DOWNLOADED_BYTES = 512 * 1024 * 1024;

/** What the clients of one synthesizer have downloaded together. */
export class DownloadBudget {
  #used = 0;

  get free(): number {
    return MOST_DOWNLOADED_BYTES - this.#used;
  }

  /** @throws KsError STATUS_NO_MEMORY */
  take(bytes: number): void {
    if (bytes > this.free) {
      throw new KsError(
        'STATUS_NO_MEMORY',
        `The synthesizer has ${this.free} bytes left, and the download takes ${bytes}.`,
        { advice: 'Unload instruments that are not played any more.' },
      );
    }
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

interface Downloaded {
  readonly download: DlsDownload;
  readonly bytes: number;
  /** UNLOAD was asked for. */
  request: PendingRequest | undefined;
}

/**
 * The control half of one client's stream: what the synthesizer node answers on its pin handle. It keeps the values
 * and sends what follows from them to the stream half, which renders. Specification 4.8.
 */
export class SynthPin implements HostedDMusStream {
  readonly #stream: CardStream;
  readonly #hardware: CardHardware;
  readonly #masterClock: MasterClock;
  readonly #budget: DownloadBudget;
  readonly #lost = new Emitter<string>();
  readonly #priorities = new Map<number, number>();
  readonly #downloads = new Map<number, Downloaded>();
  #nextHandle = 1;
  #volume = 0;
  #volumeBoost = 0;
  #granted: SynthPortParams;
  #statistics: SynthStatistics | undefined;
  readonly onPosition: Event<{ position: ReferenceTime }>;
  readonly onLost = this.#lost.event;

  constructor(stream: CardStream, hardware: CardHardware, masterClock: MasterClock, budget: DownloadBudget) {
    this.#stream = stream;
    this.#hardware = hardware;
    this.#masterClock = masterClock;
    this.#budget = budget;
    this.onPosition = stream.onPosition;
    this.#granted = {
      validParams: 0,
      voices: SYNTH_LIMITS.defaultVoices,
      channelGroups: 1,
      audioChannels: SYNTH_LIMITS.audioChannels,
      sampleRate: hardware.sampleRate,
      effectsFlags: SYNTH_EFFECT.REVERB | SYNTH_EFFECT.CHORUS,
      share: 0,
    };
    stream.onStatistics((statistics) => (this.#statistics = statistics));
    stream.onUnloaded((handle) => this.#unloaded(handle));
    stream.onLost(() => {
      this.#end('STATUS_DEVICE_REMOVED');
      this.#lost.fire('the sound device stopped answering');
    });
  }

  setState(state: StreamState): void {
    if (state === 'RUN') this.#statistics = undefined;
    this.#stream.setState(state);
  }

  putBuffer(startTime: ReferenceTime, records: Uint8Array): void {
    this.#stream.write(startTime, records);
  }

  close(): void {
    this.#stream.close();
    this.#end('STATUS_SUCCESS');
    this.#lost.dispose();
  }

  /** 1/100 dB. */
  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = volume;
    this.#sendVolume();
  }

  /** 1/100 dB, added to the volume. */
  get volumeBoost(): number {
    return this.#volumeBoost;
  }

  set volumeBoost(boost: number) {
    this.#volumeBoost = boost;
    this.#sendVolume();
  }

  get channelGroups(): number {
    return this.#granted.channelGroups;
  }

  /** @throws KsError STATUS_UNSUCCESSFUL for more than there can be */
  set channelGroups(groups: number) {
    if (groups < 1 || groups > SYNTH_LIMITS.channelGroups) {
      throw new KsError(
        'STATUS_UNSUCCESSFUL',
        `A synthesizer has 1 to ${SYNTH_LIMITS.channelGroups} channel groups, not ${groups}.`,
      );
    }
    this.#grant({ ...this.#granted, channelGroups: groups });
  }

  /** PORTPARAMETERS: grants what it can of a wish. */
  configure(wish: SynthPortParams): SynthPortParams {
    const granted = grantPortParameters(wish, { ...SYNTH_LIMITS, sampleRate: this.#hardware.sampleRate });
    this.#grant({
      ...granted,
      // What was not asked for stays as it is.
      voices: granted.validParams & 1 ? granted.voices : this.#granted.voices,
      channelGroups: granted.validParams & 2 ? granted.channelGroups : this.#granted.channelGroups,
      effectsFlags: granted.validParams & 0x20 ? granted.effectsFlags : this.#granted.effectsFlags,
    });
    return granted;
  }

  /** Group and channel count from 0. @throws KsError STATUS_UNSUCCESSFUL when there is no such channel */
  priority(channelGroup: number, channel: number): number {
    const key = this.#channelKey(channelGroup, channel);
    return this.#priorities.get(key) ?? defaultPriority(channel);
  }

  setPriority(channelGroup: number, channel: number, priority: number): void {
    this.#priorities.set(this.#channelKey(channelGroup, channel), priority >>> 0);
    this.#stream.command({ kind: 'voicePriority', channelGroup, channel, priority: priority >>> 0 });
  }

  /** Since RUN was entered; undefined before the first report. */
  get statistics(): SynthStatistics | undefined {
    return this.#statistics;
  }

  get freeMemory(): number {
    return this.#budget.free;
  }

  /** The first time that can still be rendered. */
  get latencyClock(): ReferenceTime {
    return new LatencyClock(this.#masterClock, this.#hardware.latency).now();
  }

  get sampleRate(): number {
    return this.#hardware.sampleRate;
  }

  /**
   * Takes a download buffer over; the client may release its own. Answers the handle.
   * @throws KsError STATUS_UNSUCCESSFUL for a buffer that is not in order or names waves that are not there,
   *   STATUS_NO_MEMORY
   */
  download(data: Uint8Array): number {
    const download = parsed(data);
    if (download.kind === 'instrument') {
      for (const { wave } of download.regions) {
        if (this.#hasWave(wave)) continue;
        throw new KsError(
          'STATUS_UNSUCCESSFUL',
          `The instrument links to wave ${wave}, which was not downloaded.`,
        );
      }
    }
    this.#budget.take(data.length);
    const handle = this.#nextHandle++;
    this.#downloads.set(handle, { download, bytes: data.length, request: undefined });
    this.#stream.command({ kind: 'download', handle, data });
    return handle;
  }

  /**
   * Lets later notes do without the download; the request is complete when nothing uses it any more.
   * @throws KsError STATUS_UNSUCCESSFUL for a handle there is not
   */
  unload(handle: number): PendingRequest {
    const downloaded = this.#downloads.get(handle);
    if (downloaded === undefined || downloaded.request !== undefined)
      throw new KsError('STATUS_UNSUCCESSFUL', `There is no download ${handle}.`);
    downloaded.request = new PendingRequest();
    this.#stream.command({ kind: 'unload', handle });
    return downloaded.request;
  }

  compact(): void {
    this.#stream.command({ kind: 'compact' });
  }

  #unloaded(handle: number): void {
    const downloaded = this.#downloads.get(handle);
    if (downloaded === undefined) return;
    this.#downloads.delete(handle);
    this.#budget.give(downloaded.bytes);
    downloaded.request?.complete('STATUS_SUCCESS');
  }

  /** The stream half is gone, and all downloads with it. */
  #end(status: 'STATUS_SUCCESS' | 'STATUS_DEVICE_REMOVED'): void {
    for (const { bytes, request } of this.#downloads.values()) {
      this.#budget.give(bytes);
      request?.complete(status);
    }
    this.#downloads.clear();
  }

  #hasWave(id: number): boolean {
    for (const { download, request } of this.#downloads.values())
      if (download.kind === 'wave' && download.id === id && request === undefined) return true;
    return false;
  }

  #grant(params: SynthPortParams): void {
    this.#granted = params;
    this.#stream.command({
      kind: 'portParameters',
      voices: params.voices,
      channelGroups: params.channelGroups,
      reverb: (params.effectsFlags & SYNTH_EFFECT.REVERB) !== 0,
      chorus: (params.effectsFlags & SYNTH_EFFECT.CHORUS) !== 0,
    });
  }

  #sendVolume(): void {
    this.#stream.command({ kind: 'volume', gain: decibelsToGain((this.#volume + this.#volumeBoost) / 100) });
  }

  #channelKey(channelGroup: number, channel: number): number {
    if (channelGroup >= this.channelGroups || channel >= CHANNELS_PER_GROUP) {
      throw new KsError('STATUS_UNSUCCESSFUL', `There is no channel ${channel} in group ${channelGroup}.`);
    }
    return channelGroup * CHANNELS_PER_GROUP + channel;
  }
}

function parsed(data: Uint8Array): DlsDownload {
  try {
    return parseDlsDownload(data);
  } catch (error) {
    if (!(error instanceof PinwheelError)) throw error;
    throw new KsError('STATUS_UNSUCCESSFUL', error.message);
  }
}
