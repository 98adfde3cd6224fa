import type { RenderProcessGoneDetails, WebContents } from 'electron';
import type { Disposable } from '../../contract/disposable.ts';

export interface RendererCrash {
  /** Electron's word for it: crashed, oom, killed ... */
  reason: string;
  /** False when it crashed again so soon that loading it once more would only crash it once more. */
  restarted: boolean;
}

const AGAIN_TOO_SOON_MS = 60_000;

/** Loads the page again when its process is gone. The engine and what plays are in main and go on meanwhile. */
export function recoverRenderer(
  contents: WebContents,
  onCrash: (crash: RendererCrash) => void,
  now: () => number = () => performance.now(),
): Disposable {
  let lastCrash = -Infinity;
  const gone = (_event: unknown, details: RenderProcessGoneDetails): void => {
    if (details.reason === 'clean-exit') return;
    const restarted = now() - lastCrash > AGAIN_TOO_SOON_MS;
    lastCrash = now();
    onCrash({ reason: details.reason, restarted });
    if (restarted && !contents.isDestroyed()) contents.reload();
  };
  contents.on('render-process-gone', gone);
  return {
    dispose() {
      if (!contents.isDestroyed()) contents.removeListener('render-process-gone', gone);
    },
  };
}
