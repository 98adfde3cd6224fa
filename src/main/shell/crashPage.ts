import { createHash } from 'node:crypto';

/**
 * What the window shows when the panel crashes over and over: a page of main's own, without scripts, because what the
 * panel is built of may be what is broken. Its two choices are links that main takes for itself.
 */
export const CRASH_PATH = '/crashed';
export const RESTART_PATH = '/crashed/restart';
export const REPORT_PATH = '/crashed/report';

const STYLE = `:root{color-scheme:light dark}
body{display:grid;place-content:center;min-height:100vh;margin:0;padding:24px;box-sizing:border-box;
font:15px/1.5 system-ui,sans-serif;background:light-dark(#f3f4f6,#121419);color:light-dark(#1c2028,#e8ebf1)}
main{max-width:480px}h1{font-size:20px;margin:0 0 8px}p{margin:0 0 16px}
a{display:inline-block;margin:0 8px 8px 0;padding:6px 14px;border-radius:6px;text-decoration:none;
border:1px solid light-dark(#8a93a3,#5b6474);color:inherit}
a:focus-visible{outline:2px solid #4fc3b1;outline-offset:2px}`;

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Pinwheel</title><style>${STYLE}</style></head>
<body><main><h1>The panel keeps crashing</h1>
<p>Sound, MIDI and hotkeys go on without it, and nothing you set is lost.</p>
<p><a href="${RESTART_PATH}">Restart the panel</a><a href="${REPORT_PATH}">Save a report</a></p>
<p>The report holds the program's version, this system's and what was logged, without names of files or people.</p>
</main></body></html>
`;

export function crashPage(): { body: string; policy: string } {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return {
    body: PAGE,
    policy: `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'`,
  };
}
