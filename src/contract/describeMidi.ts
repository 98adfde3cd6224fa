const KEYS = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];
const SYSTEM: Readonly<Record<number, string>> = {
  0xf1: 'quarter frame',
  0xf2: 'song position',
  0xf3: 'song select',
  0xf6: 'tune request',
  0xf8: 'clock',
  0xfa: 'start',
  0xfb: 'continue',
  0xfc: 'stop',
  0xfe: 'active sensing',
  0xff: 'reset',
};
/** Bytes of a SysEx that are shown. */
const SHOWN_BYTES = 16;

/** A MIDI message in words: “ch 1 note on C4 (60) velocity 64”. Middle C, key 60, is C4. */
export function describeMidi(bytes: readonly number[]): string {
  const [status = 0, first = 0, second = 0] = bytes;
  if (status < 0x80 || status === 0xf7) return `system exclusive, continued: ${hex(bytes)}`;
  if (status === 0xf0) return `system exclusive, ${bytes.length} bytes: ${hex(bytes)}`;
  if (status > 0xf0) {
    const data = status === 0xf2 ? ` ${first | (second << 7)}` : bytes.length > 1 ? ` ${first}` : '';
    return `${SYSTEM[status] ?? hex(bytes)}${data}`;
  }
  return `ch ${(status & 0x0f) + 1} ${describeChannelMessage(bytes)}`;
}

/** A channel message without its channel: “note on C4 (60) velocity 64”. */
export function describeChannelMessage([status = 0, first = 0, second = 0]: readonly number[]): string {
  switch (status & 0xf0) {
    case 0x80:
      return `note off ${keyName(first)} (${first}) velocity ${second}`;
    case 0x90:
      return second === 0
        ? `note off ${keyName(first)} (${first})`
        : `note on ${keyName(first)} (${first}) velocity ${second}`;
    case 0xa0:
      return `pressure ${keyName(first)} (${first}) ${second}`;
    case 0xb0:
      return `controller ${first} value ${second}`;
    case 0xc0:
      return `program ${first + 1}`;
    case 0xd0:
      return `channel pressure ${first}`;
    default:
      return `pitch bend ${(first | (second << 7)) - 0x2000}`;
  }
}

/** Middle C, key 60, is C4. */
export function keyName(note: number): string {
  return `${KEYS[note % 12]}${Math.floor(note / 12) - 1}`;
}

function hex(bytes: readonly number[]): string {
  const shown = bytes.slice(0, SHOWN_BYTES).map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  return `${shown.join(' ')}${bytes.length > SHOWN_BYTES ? ' ...' : ''}`;
}
