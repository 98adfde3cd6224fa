import path from 'node:path';

/** What a start of the program asks for; a second one hands it to the first. */
export interface LaunchRequest {
  /** Absolute paths, to be played or loaded. */
  files: string[];
  /** Start in the tray, without a window. */
  hidden: boolean;
  /** A profile to apply. */
  profile: string | null;
}

/**
 * Of the arguments behind the program's own name. Options that are not ours are Chromium's.
 *
 *   Pinwheel [--hidden] [--profile=NAME] [FILE ...]
 */
export function launchRequest(args: readonly string[], workingDirectory: string): LaunchRequest {
  const request: LaunchRequest = { files: [], hidden: false, profile: null };
  let onlyFiles = false;
  for (const arg of args) {
    if (onlyFiles || !arg.startsWith('-')) request.files.push(path.resolve(workingDirectory, arg));
    else if (arg === '--') onlyFiles = true;
    else if (arg === '--hidden') request.hidden = true;
    else if (arg.startsWith('--profile=')) request.profile = arg.slice('--profile='.length);
  }
  return request;
}

/** What came from another process: nothing of it is believed. */
export function receivedRequest(data: unknown): LaunchRequest {
  const { files, hidden, profile } = (data ?? {}) as Partial<Record<keyof LaunchRequest, unknown>>;
  return {
    files: Array.isArray(files)
      ? files.filter((file): file is string => typeof file === 'string' && path.isAbsolute(file))
      : [],
    hidden: hidden === true,
    profile: typeof profile === 'string' ? profile : null,
  };
}

const BANKS = new Set(['.dls', '.sf2']);

/** Banks of sounds are loaded, everything else is played. */
export const isBank = (file: string): boolean => BANKS.has(path.extname(file).toLowerCase());
