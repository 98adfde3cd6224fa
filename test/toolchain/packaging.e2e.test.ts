import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extractAll, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchStandin } from '../electron-standin/launch.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { peak } from '../support/audio/level.ts';
import { requires } from '../support/requirements.ts';
import { withSineBank } from '../support/sineSong.ts';
import { scale } from '../support/smf.ts';
import { placeholderElectron } from './placeholderElectron.ts';

/**
 * The program as it is installed: electron-builder's directory target over a placeholder for Electron, whose fuses are
 * flipped and read back, and the main bundle run out of the archive's content.
 */

const root = path.resolve(import.meta.dirname, '../..');
const MEGABYTE = 1_000_000;

requires('chromium')('packaging', () => {
  let folder: string;
  let program: string;
  let resources: string;
  let packed: string[];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pw-pack-'));
    await placeholderElectron(path.join(folder, 'electron'));
    const args = [
      '--dir',
      '--electron-dist',
      path.join(folder, 'electron'),
      '--output',
      path.join(folder, 'dist'),
    ];
    execFileSync(process.execPath, [path.join(root, 'scripts/package.mjs'), ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      // Nothing may be fetched.
      env: { ...process.env, ELECTRON_BUILDER_OFFLINE: 'true', https_proxy: 'http://127.0.0.1:9' },
    });
    program = path.join(folder, 'dist/linux-unpacked');
    resources = path.join(program, 'resources');
    packed = listPackage(path.join(resources, 'app.asar'), { isPack: false });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const filesBelow = (directory: string): string[] =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));

  it('has the bundles in the archive and nothing of the sources, of tests or of tools', () => {
    for (const file of [
      '/package.json',
      '/out/main/index.js',
      '/out/preload/index.cjs',
      '/out/renderer/index.html',
    ]) {
      expect(packed).toContain(file);
    }
    const top = new Set(packed.map((file) => file.split('/')[1]));
    expect([...top].sort()).toEqual(['node_modules', 'out', 'package.json']);
    const unwanted =
      /\.(map|ts|svelte|md|c|cc|h)$|\/(svelte|vite|vitest|typescript|electron|eslint|playwright-core|electron-builder)\/package\.json$/;
    expect(packed.filter((file) => unwanted.test(file))).toEqual([]);
  });

  it('has what threads and native code load unpacked, for this platform only', () => {
    const unpacked = filesBelow(path.join(resources, 'app.asar.unpacked'));
    const programs = ['index', 'headless', 'host', 'midiHost', 'alsaHost', 'bankWorker', 'describeWorker'];
    const threads = ['waveFeederThread', 'captureThread', 'recorderThread'];
    for (const name of [...programs, ...threads]) expect(unpacked).toContain(`out/main/${name}.js`);
    expect(unpacked).toContain('out/banks/general-midi.dls');
    const native = unpacked.filter((file) => /\.(node|so|dll|dylib)$/.test(file)).sort();
    expect(native).toEqual([
      'node_modules/@julusian/midi/prebuilds/midi-linux-x64/node-napi-v7.node',
      'node_modules/@koromix/koffi-linux-x64/linux_x64/koffi.node',
      'node_modules/node-web-audio-api/node-web-audio-api.linux-x64-gnu.node',
    ]);
    expect(unpacked.filter((file) => file.startsWith('out/renderer'))).toEqual([]);
  });

  it('has a desktop entry for its window, its files and its actions', () => {
    const text = readFileSync(path.join(folder, 'dist/pinwheel-panel.desktop'), 'utf8');
    const sections = text.split(/^(?=\[)/m).filter(Boolean);
    const [main, ...actions] = sections.map((section) => {
      const [title, ...lines] = section.trim().split('\n');
      return {
        title,
        ...Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))),
      } as Record<string, string>;
    });
    expect(main).toMatchObject({
      title: '[Desktop Entry]',
      Type: 'Application',
      Name: 'Pinwheel',
      Exec: '/opt/Pinwheel/pinwheel-panel %U',
      Icon: 'pinwheel-panel',
      StartupWMClass: 'pinwheel-panel',
      Actions: 'quit;',
    });
    expect(main!['Categories']!.split(';')).toContain('Mixer');
    const types = ['audio/midi', 'audio/x-rmid', 'audio/dls', 'audio/x-sfbk', 'audio/wav'];
    expect(main!['MimeType']!.split(';').filter(Boolean).sort()).toEqual(types.sort());
    expect(actions).toEqual([
      { title: '[Desktop Action quit]', Name: 'Quit Pinwheel', Exec: 'pinwheel quit' },
    ]);
  });

  it('is no larger than it need be', () => {
    const bytes = filesBelow(program).reduce((sum, file) => sum + statSync(path.join(program, file)).size, 0);
    expect(bytes / MEGABYTE).toBeLessThan(50);
    expect(statSync(path.join(resources, 'app.asar')).size / MEGABYTE).toBeLessThan(5);
  });

  it('has its fuses as docs/security.md says', async () => {
    const wire = await getCurrentFuseWire(path.join(program, 'pinwheel-panel'));
    const on = Object.entries(FuseV1Options)
      .filter(([, option]) => typeof option === 'number' && wire[option] === FuseState.ENABLE)
      .map(([name]) => name);
    expect(on.sort()).toEqual([
      'EnableCookieEncryption',
      'EnableEmbeddedAsarIntegrityValidation',
      'OnlyLoadAppFromAsar',
      'RunAsNode',
    ]);
  });

  it('brings licences, the command line, its completion and its manual page', () => {
    const files = filesBelow(resources);
    for (const file of ['licenses/LICENSE.txt', 'licenses/GPL-3.0.txt', 'licenses/THIRD_PARTY_NOTICES.txt']) {
      expect(files).toContain(file);
    }
    for (const file of [
      'shell/pinwheel.bash',
      'shell/_pinwheel',
      'shell/pinwheel.fish',
      'shell/pinwheel.1',
    ]) {
      expect(files).toContain(file);
    }
    expect(statSync(path.join(resources, 'bin/pinwheel')).mode & 0o111).toBe(0o111);
  });

  it('has a command line that starts the application’s own binary as Node', () => {
    const binary = path.join(program, 'pinwheel-panel');
    const placeholder = readFileSync(binary);
    try {
      // In Electron's place: what it does with ELECTRON_RUN_AS_NODE.
      writeFileSync(
        binary,
        `#!/bin/sh\n[ "$ELECTRON_RUN_AS_NODE" = 1 ] || exit 9\nexec "${process.execPath}" "$@"\n`,
      );
      const env = { ...process.env, PINWHEEL_HOME: path.join(folder, 'home') };
      const help = execFileSync(path.join(resources, 'bin/pinwheel'), ['help'], { env, encoding: 'utf8' });
      expect(help).toContain('mixer [--json]');
      const link = path.join(folder, 'pinwheel');
      execFileSync('ln', ['-s', path.join(resources, 'bin/pinwheel'), link]);
      const mixer = execFileSync(link, ['mixer', '--json'], { env, encoding: 'utf8' });
      expect(JSON.parse(mixer)).toHaveProperty('devices');
    } finally {
      writeFileSync(binary, placeholder);
    }
  });

  describe('installed', () => {
    requires('pipewire')('the main bundle out of the archive', () => {
      it('plays a file that it was started with on a real sound server', async () => {
        // Only Electron reads archives: its content lies where the archive lay, under the same paths.
        const installed = path.join(folder, 'installed/resources');
        const archive = path.join(installed, 'app.asar');
        mkdirSync(installed, { recursive: true });
        extractAll(path.join(resources, 'app.asar'), archive);
        for (const name of ['out/main/host.js', 'node_modules'])
          rmSync(path.join(archive, name), { recursive: true });
        cpSync(path.join(resources, 'app.asar.unpacked'), `${archive}.unpacked`, { recursive: true });
        // Main's own packages; the hosts' are beside the archive.
        cpSync(path.join(`${archive}.unpacked`, 'node_modules'), path.join(archive, 'node_modules'), {
          recursive: true,
          filter: (file) => !file.endsWith('.node'),
        });
        const rig = await PipeWireRig.start();
        try {
          const home = path.join(folder, 'run');
          mkdirSync(home);
          const song = path.join(folder, 'scale.rmi');
          writeFileSync(song, withSineBank(scale({ steps: 40, reverb: 0 }).bytes));
          const recorder = await rig.record('speakers');
          const desktop = await launchStandin({
            app: archive,
            args: [song],
            env: { ...process.env, ...rig.env, PINWHEEL_HOME: home },
          });
          try {
            await expect
              .poll(() => desktop.page().then((page) => page.title()), { timeout: 10_000 })
              .toContain('Pinwheel');
            await new Promise((resolve) => setTimeout(resolve, 5_000));
          } finally {
            desktop.quit();
            expect(await desktop.exited).toBe(0);
          }
          const recording = await recorder.stop();
          expect(peak(recording.channel(0))).toBeGreaterThan(0.05);
        } finally {
          await rig.dispose();
        }
      });
    });
  });
});
