import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appPaths } from '../../src/main/settings/appPaths.ts';
import { AlsaVm } from '../rigs/alsa-vm/alsaVm.ts';
import { rmsDb } from '../support/audio/level.ts';
import { full } from '../support/duration.ts';
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

  /** Folder of a person's own Pinwheel that plays on the PCM of that name. */
  function home(pcm: string): string {
    const dir = path.join(vm.dir, 'home');
    mkdirSync(dir, { recursive: true });
    const data = { bank: 'built-in', output: `alsa:${pcm}` };
    const settings = JSON.stringify({ format: 'pinwheel-settings', version: 1, data });
    writeFileSync(appPaths({ PINWHEEL_HOME: dir }).settingsFile, settings);
    return dir;
  }

  /** Plays the song on the PCM of that name; answers the kernel's word of the PCM that ran. */
  async function play(pcm: string): Promise<string> {
    const dir = home(pcm);
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

  it.runIf(full)('says that another program has the PCM, and takes it when that ends', async () => {
    const status = '/proc/asound/card0/pcm0p/sub0/status';
    const other = vm.spawn('exec aplay -q -D hw:AC97 -f dat /dev/zero');
    await vm.output(`until grep -q RUNNING ${status}; do sleep 0.1; done`);
    const dir = home('hw:CARD=AC97,DEV=0');
    const player = vm.spawn(`PINWHEEL_HOME='${dir}' exec node '${PROGRAM}' play '${song}' --loop 2>&1`);
    await player.waitFor(/null device.* in use/s, PLAY_MS);
    other.signal('KILL');
    await other.finished;
    await vm.output(`until grep -q RUNNING ${status}; do sleep 0.1; done`);
    player.signal('INT');
    expect(await player.finished).toMatchObject({ code: 0 });
  });
});
