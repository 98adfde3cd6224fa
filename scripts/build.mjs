/** `npm run build`: makes out/ what src/ is; does nothing when it already is. */
import { SetupError, ensureBuilt, ensureInstalled, say } from './setup.mjs';

try {
  await ensureInstalled();
  if (!(await ensureBuilt())) say('out/ is up to date');
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
