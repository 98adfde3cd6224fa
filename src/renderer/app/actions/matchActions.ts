import type { Action } from './action.ts';

/**
 * Those whose name has the letters of every word of the query in their order. Whole words count more than letters
 * with others in between, and their beginnings more than their middles; among equals what was used last comes first.
 *
 * @param recent ids of actions, the newest first
 */
export function matchActions(
  actions: readonly Action[],
  query: string,
  recent: readonly string[] = [],
): Action[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (id: string): number => {
    const at = recent.indexOf(id);
    return at < 0 ? 0 : recent.length - at;
  };
  const scored: { action: Action; score: number; rank: number }[] = [];
  for (const action of actions) {
    const label = action.label.toLowerCase();
    const name = `${action.section.toLowerCase()} ${label}`;
    let score = 0;
    for (const word of words) {
      const own = scoreOf(name, word);
      if (own === 0) {
        score = -1;
        break;
      }
      score += own + (label.startsWith(word) ? 8 : 0);
    }
    if (score >= 0) scored.push({ action, score, rank: rank(action.id) });
  }
  return scored.sort((a, b) => b.score - a.score || b.rank - a.rank).map(({ action }) => action);
}

/** 0: the letters are not there. */
function scoreOf(name: string, word: string): number {
  const at = name.indexOf(word);
  if (at >= 0) return isStart(name, at) || name.includes(` ${word}`) ? 12 : 8;
  // Letters in their order: those at the beginnings of words, and next to each other, are what was meant.
  let score = 0;
  let from = 0;
  let gaps = 0;
  for (const letter of word) {
    let found = name.indexOf(letter, from);
    if (found < 0) return 0;
    const start = startFrom(name, letter, from);
    if (found !== from && start >= 0) found = start;
    if (found !== from || from === 0) gaps += isStart(name, found) ? 0 : 1;
    score += isStart(name, found) ? 2 : 1;
    from = found + 1;
  }
  // Letters that are strewn anywhere are in nearly every name.
  return gaps > 1 ? 0 : Math.min(6, score);
}

const isStart = (name: string, at: number): boolean => at === 0 || !/[a-z0-9]/.test(name[at - 1]!);

function startFrom(name: string, letter: string, from: number): number {
  for (let at = name.indexOf(letter, from); at >= 0; at = name.indexOf(letter, at + 1)) {
    if (isStart(name, at)) return at;
  }
  return -1;
}
