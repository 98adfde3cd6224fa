import type { SongKey, SongMeter, SongText, TextKind } from './song.ts';
import type { TempoMap } from './tempoMap.ts';

/** Of each kind, more than this many are dropped. */
const MOST_EVENTS = 50_000;

type AtTick<T> = Omit<T, 'time'> & { readonly tick: number };

/** What the meta events of all tracks say, gathered while reading. */
export class MetaEvents {
  readonly #tempos: { tick: number; microsecondsPerQuarter: number }[] = [];
  readonly #texts: AtTick<SongText>[] = [];
  readonly #meters: AtTick<SongMeter>[] = [];
  readonly #keys: AtTick<SongKey>[] = [];

  tempo(tick: number, microsecondsPerQuarter: number): void {
    this.#tempos.push({ tick, microsecondsPerQuarter });
  }

  text(kind: TextKind, tick: number, track: number, text: string): void {
    if (this.#texts.length < MOST_EVENTS) this.#texts.push({ kind, tick, track, text });
  }

  /** FF 58: the first two data bytes. A meter that no music has is left out. */
  timeSignature(tick: number, track: number, numerator: number, exponent: number): void {
    if (numerator === 0 || exponent > 7 || this.#meters.length >= MOST_EVENTS) return;
    this.#meters.push({ tick, track, numerator, denominator: 2 ** exponent });
  }

  /** FF 59: both data bytes. A key that does not exist is left out. */
  keySignature(tick: number, track: number, sharpsByte: number, mode: number): void {
    const sharps = sharpsByte < 0x80 ? sharpsByte : sharpsByte - 0x100;
    if (Math.abs(sharps) > 7 || mode > 1 || this.#keys.length >= MOST_EVENTS) return;
    this.#keys.push({ tick, track, sharps, mode: mode === 0 ? 'major' : 'minor' });
  }

  /** Ticks and tempos by tick, those of one tick in the order of their reading. */
  get tempos(): { readonly ticks: readonly number[]; readonly microsecondsPerQuarter: readonly number[] } {
    const sorted = [...this.#tempos].sort((a, b) => a.tick - b.tick);
    return {
      ticks: sorted.map(({ tick }) => tick),
      microsecondsPerQuarter: sorted.map(({ microsecondsPerQuarter }) => microsecondsPerQuarter),
    };
  }

  /** Everything but tempos, each by time. */
  at(tempoMap: TempoMap): { texts: SongText[]; timeSignatures: SongMeter[]; keySignatures: SongKey[] } {
    const timed = <T extends { readonly tick: number }>(events: readonly T[]) =>
      [...events]
        .sort((a, b) => a.tick - b.tick)
        .map(({ tick, ...rest }) => ({ ...rest, time: tempoMap.timeOf(tick) }));
    return {
      texts: timed(this.#texts),
      timeSignatures: timed(this.#meters),
      keySignatures: timed(this.#keys),
    };
  }
}
