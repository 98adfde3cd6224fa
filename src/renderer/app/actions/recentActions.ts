/** Ids of what was done through the palette, the newest first; kept by the browser. */
const KEY = 'pinwheel.recent-actions';
const MOST = 12;

export function recentActions(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string').slice(0, MOST) : [];
  } catch {
    // Without storage, or with something else in it, nothing is recent.
    return [];
  }
}

export function rememberAction(id: string): void {
  try {
    const others = recentActions().filter((other) => other !== id);
    localStorage.setItem(KEY, JSON.stringify([id, ...others].slice(0, MOST)));
  } catch {
    // Without storage the order is that of the list.
  }
}
