import type { ReferenceTime } from '../../../contract/units.ts';
import type { TempoMap } from './tempoMap.ts';

/** A song: what was read from a Standard MIDI File, in the order it is played. */
export interface Song {
  /** Name of the file. */
  readonly name: string;
  /** 0: one track, 1: simultaneous tracks, 2: independent sequences, played one after the other. */
  readonly format: 0 | 1 | 2;
  readonly trackCount: number;
  readonly tracks: readonly SongTrack[];
  /** Note-ons with a velocity. */
  readonly noteCount: number;
  /** Up to the last event of any track, end-of-track included. */
  readonly duration: ReferenceTime;
  readonly durationSeconds: number;
  readonly events: SongEvents;
  readonly tempoMap: TempoMap;
  /** Markers, lyrics and other words, by time. */
  readonly texts: readonly SongText[];
  /** Meters and keys, by time; empty where the file says nothing of them. */
  readonly timeSignatures: readonly SongMeter[];
  readonly keySignatures: readonly SongKey[];
}

export interface SongTrack {
  /** The track's name, empty without one. */
  readonly name: string;
  /** MIDI events and SysEx of the track. */
  readonly eventCount: number;
}

/**
 * All MIDI events, packed. Event `i` is due at `times[i]` and consists of `data[offsets[i]]` up to
 * `data[offsets[i + 1] - 1]`: a whole message with its status byte, a SysEx from 0xF0, or for the continuation of a
 * divided SysEx its bare bytes.
 */
export interface SongEvents {
  readonly count: number;
  /** ReferenceTime of each event from the start of the song, rising. */
  readonly times: Float64Array;
  /** `count + 1` entries. */
  readonly offsets: Uint32Array;
  readonly data: Uint8Array;
  /** Track of each event, from 0. */
  readonly tracks: Uint16Array;
}

export type TextKind =
  'text' | 'copyright' | 'trackName' | 'instrument' | 'lyric' | 'marker' | 'cuePoint' | 'program' | 'device';

export interface SongText {
  readonly kind: TextKind;
  readonly time: ReferenceTime;
  readonly track: number;
  readonly text: string;
}

export interface SongMeter {
  readonly time: ReferenceTime;
  readonly track: number;
  /** 1 to 255. */
  readonly numerator: number;
  /** 1, 2, 4 ... 128. */
  readonly denominator: number;
}

export interface SongKey {
  readonly time: ReferenceTime;
  readonly track: number;
  /** 7 flats are -7, 7 sharps are 7. */
  readonly sharps: number;
  readonly mode: 'major' | 'minor';
}

/** Index of the first event due at `time` or later; `events.count` when there is none. */
export function firstEventAt(events: SongEvents, time: ReferenceTime): number {
  let low = 0;
  let high = events.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (events.times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
