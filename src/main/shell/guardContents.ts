import type { WebContents } from 'electron';
import { PANEL_ORIGIN } from './panelScheme.ts';

/**
 * Keeps a page where it is: no navigation, no redirect, no window, no webview. A link of the page itself to one of our
 * own paths is told and not followed.
 */
export function guardContents(
  contents: WebContents,
  page: string,
  onPath: (path: string) => void = () => undefined,
): void {
  contents.on('will-navigate', (event) => {
    if (event.url === page && contents.getURL() === page) return;
    event.preventDefault();
    if (event.url.startsWith(`${PANEL_ORIGIN}/`)) onPath(event.url.slice(PANEL_ORIGIN.length));
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Shows a page of ours. One whose window is closed meanwhile is not loaded, and nobody minds. */
export function load(contents: WebContents, url: string): void {
  contents.loadURL(url).catch((error: unknown) => {
    if (!contents.isDestroyed()) process.stderr.write(`pinwheel: ${String(error)}\n`);
  });
}
