import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Metric } from '../metric.ts';

const ASSETS = fileURLToPath(new URL('../../../out/renderer/assets/', import.meta.url));
const LIMIT_KB = 450;

/** What a browser downloads before the panel is complete: scripts and styles, compressed; fonts are counted apart. */
export function bundleMetrics(): Metric[] {
  const bytes = readdirSync(ASSETS)
    .filter((file) => /\.(js|css)$/.test(file))
    .reduce((sum, file) => sum + gzipSync(readFileSync(ASSETS + file)).length, 0);
  const value = Math.round(bytes / 100) / 10;
  return [
    {
      name: 'panel: JS and CSS, gzip',
      value,
      unit: 'kB',
      bound: `<= ${LIMIT_KB}`,
      pass: value <= LIMIT_KB,
      peer: null,
    },
  ];
}
