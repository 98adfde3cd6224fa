/**
 * Pictures of every panel in a real Chromium, with the real engine on a private PipeWire session that has programs
 * playing on it: `node_modules/.bin/node scripts/screenshots.mjs [NAME...]` into out/screenshots, light and dark, in
 * three sizes, `NAME-SIZE-SCHEME.png`. Without names every scene is taken. They are looked at by eye; a few are kept
 * under docs/screenshots.
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

await ensureBuilt();
const { PipeWireRig } = await import('../test/rigs/pipewire/pipeWireRig.ts');
const { TestHome } = await import('../test/e2e/support/program.ts');
const { launchChromium } = await import('../test/e2e/support/browser.ts');
const { serveEffectsCard } = await import('../test/e2e/support/effectsEngine.ts');
const { scale, smf, writeSmf } = await import('../test/support/smf.ts');
const { tone } = await import('../test/support/audio/tones.ts');
const { writeWav } = await import('../test/support/audio/wav.ts');

const wanted = process.argv.slice(2);
const folder = path.join(root, 'out/screenshots');
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
      await page.getByTestId('topology-fit').click();
    },
    'topology-inspector': async () => {
      await panel('topology');
      await page.getByTestId('topology-search').fill('master volume');
      await page.keyboard.press('Enter');
      await page.getByTestId('topology-inspector').waitFor();
    },
    power: () => panel('power'),
    'power-menu': async () => {
      await panel('power');
      await page
        .getByRole('button', { name: /^More for/ })
        .first()
        .click();
    },
    player: () => panel('player'),
    'player-channels': () => playerView('channels'),
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
    settings: () => panel('settings'),
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
  };

  await player.add({
    name: 'scale.mid',
    bytes: band(),
  });
  await player.add({
    name: 'a-song-whose-file-has-a-rather-long-name-as-they-have-on-the-web (final mix 2).mid',
    bytes: scale({ steps: 20 }).bytes,
  });
  await player.play(null);
  await page.waitForTimeout(1_000);
  for (const [name, prepare] of Object.entries(scenes)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await page.setViewportSize({ width: 1120, height: 720 });
    await prepare();
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(250);
        await page.screenshot({ path: path.join(folder, `${name}-${width}x${height}-${colorScheme}.png`) });
      }
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    if (page.url() !== url) await page.goto(url);
  }
  console.log(folder);

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
