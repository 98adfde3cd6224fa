/** Names of what the viewer draws. They hold over restarts, so positions can be kept by them. */

export type ElementId =
  | { kind: 'filter'; filter: string }
  | { kind: 'node'; filter: string; node: number }
  | { kind: 'pin'; filter: string; pin: number }
  | { kind: 'jack'; filter: string; pin: number };

export const filterId = (path: string): string => `filter:${path}`;
export const nodeId = (path: string, node: number): string => `node:${path}#${node}`;
export const pinId = (path: string, pin: number): string => `pin:${path}#${pin}`;
/** What stands for the world outside at a BRIDGE pin. */
export const jackId = (path: string, pin: number): string => `jack:${path}#${pin}`;

export function parseElementId(id: string): ElementId {
  const kind = id.slice(0, id.indexOf(':'));
  const rest = id.slice(kind.length + 1);
  if (kind === 'filter') return { kind, filter: rest };
  const hash = rest.lastIndexOf('#');
  const filter = rest.slice(0, hash);
  const number = Number(rest.slice(hash + 1));
  if (kind === 'node') return { kind, filter, node: number };
  return { kind: kind === 'jack' ? 'jack' : 'pin', filter, pin: number };
}

/** Elements by their ids. */
export const byId = <T extends { id: string }>(elements: readonly T[]): Map<string, T> =>
  new Map(elements.map((element) => [element.id, element]));

export const idsOf = (elements: readonly { id: string }[]): Set<string> =>
  new Set(elements.map(({ id }) => id));
