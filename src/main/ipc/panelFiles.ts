import { open, realpath } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The built panel as both shells serve it: files below one directory, by URL path, with the media types and the
 * content security policy that the panel is written for. The desktop shell answers `pinwheel://panel/` with it, the
 * browser shell http://127.0.0.1.
 */
export interface PanelFiles {
  /**
   * The file a URL path names; `/` is the panel itself. Undefined for whatever is not a file below the directory:
   * a missing file, a folder, a path that leaves it (also through a symbolic link), a malformed escape.
   */
  read(urlPath: string): Promise<PanelFile | undefined>;
}

export interface PanelFile {
  contentType: string;
  /** Built assets carry a hash in their name and never change. */
  immutable: boolean;
  body: Uint8Array<ArrayBuffer>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

export function panelFiles(directory: URL | string): PanelFiles {
  const root = resolve(typeof directory === 'string' ? directory : fileURLToPath(directory));
  return {
    async read(urlPath) {
      const relative = relativePath(urlPath);
      if (relative === undefined) return undefined;
      try {
        const realRoot = await realpath(root);
        const path = await realpath(join(realRoot, relative));
        if (!path.startsWith(realRoot + sep)) return undefined;
        const file = await open(path, 'r');
        try {
          if (!(await file.stat()).isFile()) return undefined;
          return {
            contentType: CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
            immutable: relative.startsWith('assets/'),
            body: new Uint8Array(await file.readFile()),
          };
        } finally {
          await file.close();
        }
      } catch {
        // Not there.
        return undefined;
      }
    },
  };
}

/** Only plain segments: no `..`, no empty or hidden name, no backslash, no colon (drives, streams), no control. */
function relativePath(urlPath: string): string | undefined {
  if (urlPath === '/') return 'index.html';
  if (!urlPath.startsWith('/')) return undefined;
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath.slice(1));
  } catch {
    return undefined;
  }
  const segments = decoded.split('/');
  const plain = segments.every((segment) => /^(?!\.)[^\\:\u0000-\u001f\u007f]+$/.test(segment));
  return plain ? decoded : undefined;
}

/** The panel loads everything from where it came from, runs no inline script or style and is framed by nobody. */
export function contentSecurityPolicy(connectSources: readonly string[] = []): string {
  return [
    "default-src 'self'",
    `connect-src ${["'self'", ...connectSources].join(' ')}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** Headers every answer of either shell carries. */
export function securityHeaders(policy: string): Record<string, string> {
  return {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), midi=(), usb=(), serial=(), hid=()',
  };
}
