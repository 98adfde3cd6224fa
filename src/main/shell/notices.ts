import { app } from 'electron';
import { PinwheelError } from '../../contract/errors.ts';
import { toDisposable, type Disposable } from '../../contract/disposable.ts';
import type { Notice } from '../../contract/services/app.ts';
import type { RendererCrash } from './recovery.ts';

export function crashNotice({ reason, restarted }: RendererCrash): Notice {
  const what = reason === 'hung' ? 'The panel did not answer' : `The panel crashed (${reason})`;
  return {
    id: 'panel-crash',
    severity: 'warning',
    message: restarted
      ? `${what} and was started again. Sound was not affected.`
      : `${what} again and again. Restart it in its window, or save a report there.`,
    dismissible: true,
  };
}

/** What the user asked the shell for could not be done. */
export function failureNotice(error: unknown): Notice {
  const { message, advice } = PinwheelError.recordOf(error);
  return {
    id: 'shell',
    severity: 'warning',
    message: advice === undefined ? message : `${message} ${advice}`,
    dismissible: true,
  };
}

/** Electron starts it again by itself; a person is told when that happens over and over. */
const GPU_CRASHES = 3;
const GPU_CRASHES_WITHIN_MS = 5 * 60_000;

/** Tells when the process that draws crashes repeatedly: from then on Chromium draws without the graphics card. */
export function watchGpu(tell: (notice: Notice) => void, now = () => performance.now()): Disposable {
  let crashes: number[] = [];
  const gone = (_event: unknown, { type, reason }: Electron.Details): void => {
    if (type !== 'GPU' || reason === 'clean-exit') return;
    crashes = [...crashes.filter((at) => now() - at < GPU_CRASHES_WITHIN_MS), now()];
    if (crashes.length < GPU_CRASHES) return;
    tell({
      id: 'gpu',
      severity: 'warning',
      message:
        'The graphics driver keeps crashing. The panel is drawn without it; meters may move less smoothly.',
      dismissible: true,
    });
  };
  app.on('child-process-gone', gone);
  return toDisposable(() => app.removeListener('child-process-gone', gone));
}
