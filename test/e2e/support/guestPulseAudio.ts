import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlsaVm } from '../../rigs/alsa-vm/alsaVm.ts';
import { findPulseAudio } from '../../rigs/pulseaudio/pulseAudioRig.ts';

const SOCKET = '/run/pulse-native';
const START_MS = 20_000;

/** PulseAudio on the AC'97 card of the ALSA rig. */
export class GuestPulseAudio {
  readonly server = `unix:${SOCKET}`;
  readonly #vm: AlsaVm;

  private constructor(vm: AlsaVm) {
    this.#vm = vm;
  }

  /** Resolves when it answers. It ends with the guest. */
  static async start(vm: AlsaVm): Promise<GuestPulseAudio> {
    const { program, modules, libraries, alsaMixers } = findPulseAudio();
    const script = join(vm.dir, 'pulse.pa');
    writeFileSync(
      script,
      `load-module module-alsa-card device_id=AC97 tsched=no\n` +
        `load-module module-native-protocol-unix socket=${SOCKET} auth-anonymous=1\n`,
    );
    // Where the daemon looks for it, it is not installed.
    const folder = '/usr/share/pulseaudio';
    await vm.output(`rm -rf ${folder}; mkdir ${folder}; ln -s '${alsaMixers}' ${folder}/alsa-mixer`);
    const pulse = new GuestPulseAudio(vm);
    const daemon = vm.spawn(
      `LD_LIBRARY_PATH='${libraries.join(':')}' exec '${program}' -n --daemonize=no --exit-idle-time=-1 ` +
        `--use-pid-file=no --disable-shm=yes --realtime=no '--dl-search-path=${modules}' -F '${script}'`,
    );
    const answers = `until pactl -s ${pulse.server} info > /dev/null 2>&1; do sleep 0.2; done`;
    await vm.output(answers, { timeoutMs: START_MS }).catch(() => {
      throw new Error(`PulseAudio does not answer:\n${daemon.stderr}`);
    });
    return pulse;
  }

  pactl(line: string): Promise<string> {
    return this.#vm.output(`pactl -s ${this.server} ${line}`);
  }
}
