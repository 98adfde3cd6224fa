import { KSDATAFORMAT_SUBTYPE, KSMUSIC_TECHNOLOGY } from '../ks/format.ts';
import { WILDCARD } from '../ks/format.ts';
import type { Guid } from '../ks/guid.ts';
import { isHostPin, type DeviceGraph, type PinVertex } from './deviceGraph.ts';
import { isMusicRange } from './formats.ts';
import { simplestPath } from './simplestPath.ts';

/** A pin MIDI can be played to through midiOut. */
export interface MidiPlaybackPin {
  readonly host: PinVertex;
  /** KSMUSIC_TECHNOLOGY of its MIDI range. */
  readonly technology: Guid;
  /** Its sound, or its bytes, leave over a jack or a wire and not as a wave stream into the system mixer. */
  readonly hardware: boolean;
}

/**
 * Pins with a legacy MIDI range, in discovery order. A pin for DirectMusic only is not among them (check 86).
 * Specification 4.1.
 */
export function midiPlaybackPins(graph: DeviceGraph): MidiPlaybackPin[] {
  return graph.pins.flatMap((host) => {
    const { pin } = host;
    if (pin.dataFlow !== 'IN' || !isHostPin(pin)) return [];
    const range = pin.dataRanges.find(
      (each) =>
        isMusicRange(each) && (each.subFormat === KSDATAFORMAT_SUBTYPE.MIDI || each.subFormat === WILDCARD),
    );
    if (!range?.music) return [];
    const end = simplestPath(host)?.at(-1);
    const hardware = end === undefined || end === host || end.kind !== 'pin' || !isHostPin(end.pin);
    return [{ host, technology: range.music.technology, hardware }];
  });
}

/**
 * The default MIDI playback pin: a hardware pin, a wavetable before others, else a software synthesizer, which plays
 * through the system mixer. A PORT device is never chosen automatically. Undefined when nothing but ports is there.
 * Specification 4.1, 5.2 step 8.
 */
export function defaultMidiPlayback(graph: DeviceGraph): MidiPlaybackPin | undefined {
  const rank = ({ technology, hardware }: MidiPlaybackPin): number =>
    (hardware ? 0 : 2) + (technology === KSMUSIC_TECHNOLOGY.WAVETABLE ? 0 : 1);
  return midiPlaybackPins(graph)
    .filter(({ technology }) => technology !== KSMUSIC_TECHNOLOGY.PORT)
    .sort((a, b) => rank(a) - rank(b))[0];
}
