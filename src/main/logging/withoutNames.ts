import { hostname, homedir, userInfo } from 'node:os';

/** Whoever a machine belongs to; a parameter for tests. */
export interface Identity {
  home: string;
  user: string;
  host: string;
}

/** Names shorter than this stand in too many other words. */
const SHORTEST_NAME = 3;

/**
 * Text that says nothing of whose machine it is: paths, names of files, and every name in `names` (devices, programs,
 * profiles) are left out, as are the user's and the machine's.
 */
export function withoutNames(
  text: string,
  names: readonly string[],
  identity: Identity = thisMachine(),
): string {
  let result = text
    // Windows and Unix paths: to the last file's ending of the line, for there may be spaces in them, or of the word.
    .replaceAll(
      /(?:[A-Za-z]:\\|\\\\|(?<![\w.:/])\/(?=[\w.~-]))(?:[^\n"“”;]*\.\w{2,4}\b|[^\s"'“”’,;]+)/g,
      (path) => `<path>${extensionOf(path)}`,
    )
    // What was put in quotation marks and has a file's ending.
    .replaceAll(/“[^”\n]*\.(\w{2,4})”/g, '“<file>.$1”');
  const known = [...names, identity.home, identity.user, identity.host]
    .filter((name) => name.length >= SHORTEST_NAME)
    // The longest first: one may be part of another.
    .sort((a, b) => b.length - a.length);
  for (const name of known) result = result.replaceAll(name, '<name>');
  return result;
}

function extensionOf(path: string): string {
  return /\.\w{2,4}$/.exec(path)?.[0] ?? '';
}

function thisMachine(): Identity {
  return { home: homedir(), user: userInfo().username, host: hostname() };
}
