/**
 * Pictures of every panel in a real Chromium, with the real engine on a private PipeWire session that has programs
 * playing on it: `node_modules/.bin/node scripts/screenshots.mjs [NAME...]` into out/screenshots, light and dark, in
 * three sizes, `NAME-SIZE-SCHEME.png`. Without names every scene is taken. They are looked at by eye. With `--docs` the
 * few that README and documentation show are taken, into docs/screenshots.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ensureBuilt, root } from './setup.mjs';

const SIZES = /** @type {const} */ ([
  [720, 480],
  [1120, 720],
  [2560, 1440],
]);
const SCHEMES = /** @type {const} */ (['light', 'dark']);
/** Sinks beside the rig's own two; with what else there is, about 40 strips. */
const STUDIO_SINKS = 18;
/** How long parts sleep and wake before the documentation's picture of them is taken. */
const LIVELY_MS = 240_000;
/** Of the flyout's window. */
const FLYOUT_SIZE = /** @type {const} */ ([340, 300]);
/** What is kept under docs/screenshots, by the name there: scene, size and scheme. */
const KEPT = /** @type {Record<string, readonly [string, readonly [number, number], 'light' | 'dark']>} */ ({
  mixer: ['mixer', SIZES[1], 'dark'],
  'mixer-light': ['mixer', SIZES[1], 'light'],
  topology: ['topology', SIZES[1], 'dark'],
  power: ['power', SIZES[1], 'dark'],
  player: ['player-channels', SIZES[1], 'dark'],
  trace: ['trace', SIZES[1], 'dark'],
  settings: ['settings', SIZES[1], 'light'],
  palette: ['palette', SIZES[1], 'dark'],
});

await ensureBuilt();
const { PipeWireRig } = await import('../test/rigs/pipewire/pipeWireRig.ts');
const { TestHome } = await import('../test/e2e/support/program.ts');
const { launchChromium } = await import('../test/e2e/support/browser.ts');
const { dragFiles } = await import('../test/e2e/support/dropFiles.ts');
const { serveEffectsCard } = await import('../test/e2e/support/effectsEngine.ts');
const { serveBrowserShell } = await import('../src/main/ipc/webServer.ts');
const { scriptedServices } = await import('../test/main/ipc/scriptedServices.ts');
const { scale, smf, writeSmf } = await import('../test/support/smf.ts');
const { tone } = await import('../test/support/audio/tones.ts');
const { writeWav } = await import('../test/support/audio/wav.ts');

const forDocs = process.argv.includes('--docs');
const names = process.argv.slice(2).filter((name) => name !== '--docs');
const wanted = forDocs && names.length === 0 ? Object.values(KEPT).map(([scene]) => scene) : names;
const folder = path.join(root, forDocs ? 'docs/screenshots' : 'out/screenshots');
fs.mkdirSync(folder, { recursive: true });

/** @type {{ dispose(): unknown }[]} */
const open = [];
try {
  await takeAll();
} finally {
  for (const each of open.reverse()) await each.dispose();
}

async function takeAll() {
  const rig = await PipeWireRig.start();
  open.push(rig);
  const home = new TestHome(rig.env);
  open.push(home);
  const { url, connection } = await home.serve();
  open.push(connection);
  await connection.services.settings.set({ hintsRead: true });
  const browser = await launchChromium();
  open.push({ dispose: () => browser.close() });
  const context = await browser.newContext({ viewport: { width: 1120, height: 720 } });
  const page = await context.newPage();
  await page.goto(url);
  const { player } = connection.services;
  const effects = await serveEffectsCard();
  open.push(effects);
  // A machine on which there is nothing yet.
  const { implementations, ...served } = scriptedServices().served;
  /** @type {import('../src/contract/services/settings.ts').Settings} */
  const settings = { theme: 'system', latency: 'normal', output: 'default', bank: 'auto', panel: 'mixer' };
  const bare = await serveBrowserShell({
    served: {
      ...served,
      implementations: {
        ...implementations,
        settings: { ...implementations.settings, get: () => settings, set: () => settings },
      },
    },
    rendererDir: new URL('../out/renderer/', import.meta.url),
  });
  open.push(bare);

  const sound = tone({ frequency: 440, seconds: 600, harmonics: [0.4] });
  const file = path.join(rig.dir, 'tone.wav');
  fs.writeFileSync(file, writeWav({ rate: 48_000, channels: [sound, sound] }));
  for (const [program, title] of [
    ['Firefox', 'Concert stream'],
    ['Ardour', 'Session 12'],
    [
      'A media player with quite a long name',
      'And a title that is longer still, as titles of talks on the web are',
    ],
  ]) {
    play(rig, file, String(program), String(title));
  }

  /** @type {Record<string, () => Promise<unknown>>} */
  const scenes = {
    mixer: async () => {
      await panel('mixer');
      await page.waitForTimeout(1_500);
    },
    hints: async () => {
      await connection.services.settings.set({ hintsRead: false });
      await panel('mixer');
      await page.waitForTimeout(300);
    },
    'mixer-compact': async () => {
      await connection.services.settings.set({ hintsRead: true, density: 'compact' });
      await panel('mixer');
      await page.waitForTimeout(300);
    },
    'mixer-forced-colors': async () => {
      await connection.services.settings.set({ density: 'comfortable' });
      await panel('mixer');
      await page.emulateMedia({ forcedColors: 'active' });
    },
    'mixer-profiles': async () => {
      for (const name of ['Evening', 'Concert at the town hall, front of house'])
        await connection.services.profiles.save(name);
      await panel('mixer');
      await page.getByTestId('mixer-profiles').first().click();
    },
    'mixer-menu': async () => {
      await panel('mixer');
      await page
        .getByRole('button', { name: /^More for/ })
        .first()
        .click();
      await page.getByRole('textbox', { name: 'Name' }).waitFor();
    },
    'mixer-controls': async () => {
      await page.goto(effects.url);
      await page.getByRole('button', { name: 'More for CD Player' }).click();
      await page.getByRole('switch').first().waitFor();
    },
    topology: async () => {
      await panel('topology');
      await page.getByTestId('topology-node').first().waitFor();
      await page.waitForTimeout(800);
    },
    'topology-fit': () => page.getByTestId('topology-fit').click(),
    'topology-show': async () => {
      await panel('topology');
      await page.getByTestId('topology-show').click();
    },
    'topology-export': async () => {
      await panel('topology');
      await page.getByTestId('topology-export').click();
    },
    'topology-dump': async () => {
      await panel('topology');
      await page.getByTestId('dump-file').setInputFiles({
        name: 'studio-computer-of-a-friend.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(await connection.services.topology.getSnapshot())),
      });
      await page.getByRole('button', { name: 'Back to this machine' }).waitFor();
      await page.waitForTimeout(500);
    },
    'topology-inspector': async () => {
      const back = page.getByRole('button', { name: 'Back to this machine' });
      if (await back.isVisible()) await back.click();
      await panel('topology');
      await page.getByTestId('topology-search').fill('master volume');
      await page.keyboard.press('Enter');
      await page.getByTestId('topology-inspector').waitFor();
    },
    power: async () => {
      if (forDocs) await liveliness();
      await panel('power');
    },
    'power-menu': async () => {
      await panel('power');
      await page
        .getByRole('button', { name: /^More for/ })
        .first()
        .click();
    },
    'power-question': async () => {
      await panel('power');
      await page.getByRole('button', { name: 'Put Wavetable to sleep' }).click();
      await page.getByRole('dialog').waitFor();
    },
    'power-unregistered': async () => {
      await connection.services.power.unregister('FmSynth');
      await panel('power');
      await page.waitForTimeout(300);
    },
    player: async () => {
      await connection.services.power.register('FmSynth');
      await panel('player');
    },
    'player-drop': async () => {
      await panel('player');
      await dragFiles(page, 'dragenter', [{ name: 'song.mid', bytes: new Uint8Array() }]);
    },
    'player-errors': async () => {
      await page.locator('main').dispatchEvent('dragleave');
      await panel('player');
      const bytes = new TextEncoder().encode('This is no music.');
      const long = 'a recording that was cut off while it was copied from a camera.wav';
      await dragFiles(page, 'drop', [
        { name: 'notes.txt', bytes },
        { name: long, bytes },
      ]);
      await page.getByTestId('player-error').nth(0).waitFor();
    },
    'player-channels': async () => {
      const dismiss = page.getByTestId('player-error-dismiss');
      while ((await dismiss.count()) > 0) await dismiss.first().click();
      await playerView('channels');
    },
    'player-words': () => playerView('words'),
    'player-monitor': async () => {
      await playerView('monitor');
      await page.waitForTimeout(2_500);
    },
    'player-sounds': () => playerView('sounds'),
    'player-recorder': () => playerView('recorder'),
    'trace-empty': () => panel('trace'),
    trace: async () => {
      await panel('trace');
      await page.getByTestId('trace-record').click();
      await page.getByTestId('master-fader').focus();
      for (let step = 0; step < 6; step++) await page.keyboard.press('ArrowDown');
      await connection.services.topology
        .getProperty({ filter: 'TopologyRender', node: 0, channel: 0, property: 'KSPROPERTY_AUDIO_AGC' })
        .catch(() => undefined);
      await connection.services.power.setState('FmSynth', 'D3');
      await connection.services.power.setState('FmSynth', 'D0');
      await page.waitForTimeout(300);
      await page.getByTestId('trace-list').focus();
      await page.keyboard.press('End');
    },
    'trace-filter': async () => {
      await panel('trace');
      await page.getByRole('button', { name: 'Filter' }).click();
    },
    settings: () => panel('settings'),
    'settings-hotkey': async () => {
      await panel('settings');
      await page.getByRole('button', { name: 'Add a hotkey' }).click();
      await page.getByLabel('Keys', { exact: true }).press('a');
    },
    'settings-end': async () => {
      await panel('settings');
      await page.getByRole('button', { name: 'Quit Pinwheel' }).scrollIntoViewIfNeeded();
    },
    output: async () => {
      await panel('mixer');
      await page.getByTestId('output-picker').click();
    },
    banner: async () => {
      await page.keyboard.press('Escape');
      await panel('mixer');
      await page.getByTestId('profile-file').setInputFiles({
        name: 'a song that somebody took for a profile of the mixer, with a long name.mid',
        mimeType: 'audio/midi',
        buffer: Buffer.from('MThd'),
      });
      await page.getByTestId('banner').waitFor();
    },
    'banner-topology': () => panel('topology'),
    'empty-mixer': () => empty('mixer'),
    'empty-topology': () => empty('topology'),
    'empty-power': () => empty('power'),
    'empty-player': () => empty('player'),
    'empty-channels': () => empty('player', 'channels'),
    'empty-monitor': () => empty('player', 'monitor'),
    'empty-sounds': () => empty('player', 'sounds'),
    'empty-recorder': () => empty('player', 'recorder'),
    flyout: async () => {
      const { mixer } = connection.services;
      const card = (await mixer.getSnapshot()).devices[0];
      for (const { controls } of card?.destinations[0]?.sources.slice(0, 3) ?? []) {
        const volume = controls.find(({ type }) => type === 'VOLUME');
        if (card && volume) await mixer.setControl(card.id, volume.id, { levels: [-6 * 0x10000] });
      }
      const address = new URL(url);
      address.pathname = '/flyout.html';
      await page.goto(address.href);
      await page.getByTestId('flyout-master').waitFor();
    },
    palette: async () => {
      await panel('mixer');
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette').waitFor();
    },
    keys: async () => {
      await panel('mixer');
      await page.keyboard.press('?');
    },
    status: async () => {
      await panel('mixer');
      await page.getByRole('button', { name: /Sound output/ }).click();
    },
    'mixer-40': async () => {
      for (let sink = 1; sink <= STUDIO_SINKS; sink++) {
        await rig.pactl(
          'load-module',
          'module-null-sink',
          `sink_name=studio${sink}`,
          `sink_properties='device.description="Studio interface ${sink}, line out ${2 * sink - 1} and ${2 * sink}"'`,
        );
      }
      await panel('mixer');
      await page.waitForTimeout(2_000);
    },
    'topology-40': async () => {
      await panel('topology');
      await page.getByTestId('topology-search').fill('');
      await page.waitForTimeout(1_500);
      await page.getByTestId('topology-fit').click();
    },
    'power-40': () => panel('power'),
  };

  await player.add({
    name: 'Round and round.mid',
    bytes: band(),
  });
  await player.add({
    name: 'a-song-whose-file-has-a-rather-long-name-as-they-have-on-the-web (final mix 2).mid',
    bytes: scale({ steps: 20 }).bytes,
  });
  await setLevels();
  await player.setLoop(true);
  await player.play(null);
  await page.waitForTimeout(1_000);
  for (const [name, prepare] of Object.entries(scenes)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await page.setViewportSize({ width: 1120, height: 720 });
    await prepare();
    for (const [width, height] of name === 'flyout' ? [FLYOUT_SIZE] : SIZES) {
      for (const colorScheme of SCHEMES) {
        const file = fileOf(name, width, height, colorScheme);
        if (file === undefined) continue;
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(250);
        await page.screenshot({ path: path.join(folder, file) });
      }
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.emulateMedia({ forcedColors: 'none' });
    if (new URL(page.url()).origin !== new URL(url).origin || page.url().includes('flyout')) {
      await page.goto(url);
    }
  }
  console.log(folder);

  /** Scenes of a machine without devices; the frame around them says so, too. @param {string} name @param {string} [view] */
  async function empty(name, view) {
    await page.goto(bare.url);
    await (view ? playerView(view) : panel(name));
  }

  /** Levels as somebody has them who uses the mixer. */
  async function setLevels() {
    const { mixer } = connection.services;
    /** @type {Record<string, number>} */
    const levels = { Synth: -3, 'FM Synth': -9, Wave: -4.5, Microphone: 6, Speakers: -6 };
    for (const { id, destinations } of (await mixer.getSnapshot()).devices.slice(0, 1)) {
      for (const { name, controls } of destinations.flatMap((each) => [each, ...each.sources])) {
        const volume = controls.find(({ type }) => type === 'VOLUME');
        const level = levels[name];
        if (volume && level !== undefined) {
          await mixer.setControl(id, volume.id, { levels: [level * 0x10000] });
        }
      }
    }
  }

  /** Some minutes in which parts of the card sleep and wake, for the strip charts of the power panel. */
  async function liveliness() {
    const { power } = connection.services;
    /** @type {[string, 'D0' | 'D3'][]} */
    const changes = [
      ['FmSynth', 'D3'],
      ['Wave', 'D3'],
      ['WaveCapture', 'D3'],
      ['TopologyCapture', 'D3'],
      ['Wave', 'D0'],
      ['FmSynth', 'D0'],
      ['TopologyCapture', 'D0'],
      ['FmSynth', 'D3'],
    ];
    for (const [name, state] of changes) {
      await power.setState(name, state);
      await page.waitForTimeout(LIVELY_MS / changes.length);
    }
  }

  /** @param {string} view */
  async function playerView(view) {
    await panel('player');
    await page.getByTestId(`player-view-${view}`).click();
    await page.waitForTimeout(500);
  }

  /** @param {string} name */
  async function panel(name) {
    await page.getByTestId(`rail-${name}`).click();
  }
}

/**
 * Name of a picture's file; undefined where nobody wants it.
 * @param {string} scene @param {number} width @param {number} height @param {'light' | 'dark'} scheme
 */
function fileOf(scene, width, height, scheme) {
  if (!forDocs) return `${scene}-${width}x${height}-${scheme}.png`;
  const kept = Object.entries(KEPT).find(
    ([, [name, [w, h], colours]]) => name === scene && w === width && h === height && colours === scheme,
  );
  return kept && `${kept[0]}.png`;
}

/** A song on six channels with words, which goes on while the pictures are taken. */
function band() {
  const programs = [0, 33, 48, 61, 25, 80];
  const chord = [60, 36, 67, 72, 64, 79];
  const tracks = programs.map((program, index) => {
    const channel = index === 5 ? 9 : index;
    const events = [smf.program(0, channel, channel === 9 ? 0 : program), smf.controller(0, channel, 7, 90)];
    for (let step = 0; step < 600; step++) {
      const key = (chord[index] ?? 60) + 2 * ((step * (index + 1)) % 5);
      const velocity = 60 + ((step * 37 + index * 11) % 60);
      events.push(
        smf.noteOn(step * 500, channel, key, velocity),
        smf.noteOff(step * 500 + 400, channel, key),
      );
    }
    return events;
  });
  const text = (/** @type {number} */ tick, /** @type {number} */ type, /** @type {string} */ words) => {
    const bytes = new TextEncoder().encode(words);
    return { tick, bytes: [0xff, type, bytes.length, ...bytes] };
  };
  const words = [
    text(0, 6, 'Verse'),
    ...'/Round and round/the pin-wheel turns,/and no-bo-dy/knows what it learns.'
      .split(/-|(?=\/)/)
      .map((syllable, index) => text(1_000 + index * 900, 5, syllable)),
    text(16_000, 6, 'Chorus'),
  ];
  return writeSmf({ division: 500, tracks: [words, ...tracks] });
}

/**
 * A program that plays.
 * @param {{ env: Record<string, string> }} rig @param {string} file @param {string} name @param {string} title
 */
function play(rig, file, name, title) {
  const args = ['--device=speakers', `--client-name=${name}`, `--stream-name=${title}`, file];
  const program = spawn('paplay', args, { env: { ...process.env, ...rig.env }, stdio: 'ignore' });
  open.push({ dispose: () => program.kill() });
}
