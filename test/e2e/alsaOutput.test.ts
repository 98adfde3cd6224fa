import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appPaths } from '../../src/main/settings/appPaths.ts';
import { AlsaVm } from '../rigs/alsa-vm/alsaVm.ts';
import { rmsDb } from '../support/audio/level.ts';
import { requires } from '../support/requirements.ts';
import { smf, writeSmf } from '../support/smf.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../../out/main/headless.js');
/** The guest takes seconds to start the program, its hosts and the card. */
const PLAY_MS = 90_000;

requires('alsaVm')('playing on an ALSA card without a sound server', () => {
  let vm: AlsaVm;
  let song: string;

  beforeAll(async () => {
    vm = await AlsaVm.start();
    song = path.join(vm.dir, 'song.mid');
    const track = [smf.noteOn(0, 0, 60, 127), smf.noteOff(4000, 0, 60)];
    writeFileSync(song, writeSmf({ division: 500, tracks: [track] }));
    // What programs get that ask for nothing special.
    await vm.output(`echo 'pcm.!default { type null }' > /etc/asound.conf`);
  });
  afterAll(async () => {
    await vm?.dispose();
  });

  /** Plays the song on the PCM of that name; answers the kernel's word of the PCM that ran. */
  async function play(pcm: string): Promise<string> {
    const dir = path.join(vm.dir, 'home');
    mkdirSync(dir, { recursive: true });
    const data = { bank: 'built-in', output: `alsa:${pcm}` };
    const settings = JSON.stringify({ format: 'pinwheel-settings', version: 1, data });
    writeFileSync(appPaths({ PINWHEEL_HOME: dir }).settingsFile, settings);
    const line =
      `PINWHEEL_HOME='${dir}' node '${PROGRAM}' play '${song}' & ` +
      `until grep -l RUNNING /proc/asound/card*/pcm*p/sub*/status; do sleep 0.2; done; wait $!`;
    const { code, stdout, stderr } = await vm.run(line, { timeoutMs: PLAY_MS });
    expect(code, stderr).toBe(0);
    return stdout;
  }

  it('opens the PCM that was chosen by its name, and the card, which was muted, is heard', async () => {
    expect(await vm.output('amixer -c AC97 sget Master')).toContain('[-94.50dB] [off]');
    expect(await play('hw:CARD=AC97,DEV=0')).toContain('/proc/asound/card0/pcm0p/');
    expect(await vm.output('amixer -c AC97 sget Master')).toContain('[-12.00dB] [on]');
    expect(await vm.output('amixer -c AC97 sget PCM')).toContain('[0.00dB] [on]');
    expect(rmsDb(vm.wav('ac97').channels[0]!)).toBeGreaterThan(-60);
  });

  it('opens another PCM of another card when that is the chosen one', async () => {
    expect(await play('hw:CARD=Loopback,DEV=1')).toContain('/proc/asound/card3/pcm1p/');
  });
});
