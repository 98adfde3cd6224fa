import type { RenderProcessGoneDetails, WebContents } from 'electron';
import { toDisposable, type Disposable } from '../../contract/disposable.ts';

export interface RendererCrash {
  /** Electron's word for it: crashed, oom, killed ...; `hung` for one that did not answer and was ended. */
  reason: string;
  /** False when it crashed so often that loading it once more would only crash it once more. */
  restarted: boolean;
}

export interface RecoveryOptions {
  onCrash(crash: RendererCrash): void;
  /** Shows something else in place of the page that crashes. */
  giveUp(): void;
  now?: () => number;
  /** How long a page that does not answer is waited for. */
  patienceMs?: number;
}

/** So many reloads in this time, and no more. */
const RELOADS = 3;
const RELOADS_WITHIN_MS = 5 * 60_000;
const PATIENCE_MS = 10_000;

/**
 * Loads the page again when its process is gone, and ends one that hangs. The engine and what plays are in main and go
 * on meanwhile.
 */
export function recoverRenderer(contents: WebContents, options: RecoveryOptions): Disposable {
  const { now = () => performance.now(), patienceMs = PATIENCE_MS } = options;
  let reloads: number[] = [];
  let hung = false;
  let patience: NodeJS.Timeout | undefined;

  const gone = (_event: unknown, details: RenderProcessGoneDetails): void => {
    clearTimeout(patience);
    if (details.reason === 'clean-exit') return;
    const reason = hung ? 'hung' : details.reason;
    hung = false;
    reloads = reloads.filter((at) => now() - at < RELOADS_WITHIN_MS);
    const restarted = reloads.length < RELOADS;
    options.onCrash({ reason, restarted });
    if (contents.isDestroyed()) return;
    if (!restarted) return options.giveUp();
    reloads.push(now());
    contents.reload();
  };
  const unresponsive = (): void => {
    clearTimeout(patience);
    patience = setTimeout(() => {
      if (contents.isDestroyed()) return;
      hung = true;
      contents.forcefullyCrashRenderer();
    }, patienceMs);
  };
  const responsive = (): void => clearTimeout(patience);

  contents.on('render-process-gone', gone);
  contents.on('unresponsive', unresponsive);
  contents.on('responsive', responsive);
  return toDisposable(() => {
    clearTimeout(patience);
    if (contents.isDestroyed()) return;
    contents.removeListener('render-process-gone', gone);
    contents.removeListener('unresponsive', unresponsive);
    contents.removeListener('responsive', responsive);
  });
}
