import { protocol, type Session } from 'electron';
import { toDisposable, type Disposable } from '../../contract/disposable.ts';
import { contentSecurityPolicy, panelFiles, securityHeaders } from '../ipc/panelFiles.ts';
import { CRASH_PATH, crashPage } from './crashPage.ts';

/**
 * The panel's address in the desktop shell, `pinwheel://panel/`: a scheme of its own with an origin of its own, so
 * that the panel is neither a web page nor a file, and no path of this machine shows up in it.
 */
const SCHEME = 'pinwheel';
const HOST = 'panel';

export const PANEL_ORIGIN = `${SCHEME}://${HOST}`;
export const PANEL_URL = `${PANEL_ORIGIN}/`;

/** Must run before the app is ready. */
export function registerPanelScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Answers the panel's address in one session with the built panel. */
export function servePanelScheme(session: Session, rendererDir: URL | string): Disposable {
  const files = panelFiles(rendererDir);
  const headers = securityHeaders(contentSecurityPolicy());

  session.protocol.handle(SCHEME, async (request) => {
    const refuse = (status: number) =>
      new Response(null, { status, headers: { ...headers, 'Cache-Control': 'no-store' } });
    const { host, pathname } = new URL(request.url);
    if (host !== HOST) return refuse(404);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
    if (pathname === CRASH_PATH) {
      const { body, policy } = crashPage();
      return new Response(request.method === 'HEAD' ? null : body, {
        status: 200,
        headers: { ...securityHeaders(policy), 'Content-Type': 'text/html; charset=utf-8' },
      });
    }
    const file = await files.read(pathname);
    if (!file) return refuse(404);
    return new Response(request.method === 'HEAD' ? null : file.body, {
      status: 200,
      headers: { ...headers, 'Content-Type': file.contentType, 'Cache-Control': 'no-cache' },
    });
  });
  return toDisposable(() => session.protocol.unhandle(SCHEME));
}
