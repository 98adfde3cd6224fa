import { app } from 'electron';

/** Longer than any orderly end takes; what is not done by then is held up by something that will not answer. */
const PATIENCE_MS = 5000;

/**
 * Holds the end of the program back until `dispose` is through: settings are on the disk and the device host is gone.
 * The exit code is 1 when disposing failed or took too long.
 */
export function disposeBeforeQuit(dispose: () => Promise<void>): void {
  let ending = false;
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (ending) return;
    ending = true;
    const patience = setTimeout(() => app.exit(1), PATIENCE_MS);
    dispose().then(
      () => {
        clearTimeout(patience);
        app.exit(0);
      },
      (error: unknown) => {
        clearTimeout(patience);
        process.stderr.write(`pinwheel: ending failed: ${String(error)}\n`);
        app.exit(1);
      },
    );
  });
}
