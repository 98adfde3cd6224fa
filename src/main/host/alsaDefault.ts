import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const CONFIGURATION = '/usr/share/alsa/alsa.conf';

/**
 * Makes a PCM the default of ALSA's library in this process, before that has read its configuration. The audio library
 * tells the PCMs of a card by their labels, which are the same for all of them; the default needs no label, and is
 * opened without looking at all the others.
 *
 * @param name `hw:CARD=AC97,DEV=0`; what it cannot do itself is converted.
 * @returns Whether it is such a name.
 */
export function makeDefaultPcm(name: string): boolean {
  const [, card, device] = /^hw:CARD=([\w-]+),DEV=(\d+)$/.exec(name) ?? [];
  if (card === undefined || device === undefined) return false;
  const pcm = temporaryFile(
    `pcm.!default { type plug slave.pcm { type hw card ${card} device ${device} } }\n`,
  );
  // The machine's own files, which may have another default, are read by a hook. Ours is behind it.
  const hook = temporaryFile(`@hooks.1 { func load files [ "${pcm}" ] errors false }\n`);
  process.env['ALSA_CONFIG_PATH'] = `${CONFIGURATION}:${hook}`;
  return true;
}

/** Path of a file that is there as long as this process. */
function temporaryFile(text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-'));
  const fd = openSync(path.join(folder, 'asound.conf'), 'w+');
  writeSync(fd, text);
  rmSync(folder, { recursive: true });
  return `/proc/self/fd/${fd}`;
}
