/**
 * Makes the app's PNG icons of resources/icon.svg, drawn by Chromium: `node scripts/make-icons.mjs [FOLDER]`, by default
 * out/icons. Packaging calls it; nothing at run time needs it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const root = path.resolve(import.meta.dirname, '..');
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

const folder = path.resolve(process.argv[2] ?? path.join(root, 'out/icons'));
fs.mkdirSync(folder, { recursive: true });
const drawing = fs.readFileSync(path.join(root, 'resources/icon.svg')).toString('base64');
const browser = await chromium.launch({
  executablePath: process.env['PINWHEEL_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const page = await browser.newPage();
  for (const size of SIZES) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<style>body { margin: 0 } img { display: block }</style>
       <img width="${size}" height="${size}" src="data:image/svg+xml;base64,${drawing}">`,
      { waitUntil: 'load' },
    );
    await page.screenshot({ path: path.join(folder, `${size}x${size}.png`), omitBackground: true });
  }
} finally {
  await browser.close();
}
