import { nodeId, parseElementId } from './elementId.ts';
import type { Drawing } from './drawing.ts';
import { isStreamPin } from './orientation.ts';

/** What the present value of a node lets through. Unknown values let everything through. */
export interface Passing {
  muted(node: string): boolean;
  /** The input pin of the node that a mux selects. */
  selectedInput(node: string): number | undefined;
}

/**
 * Ids of the links, wires and nodes that carry a running stream: from a playing pin to the jacks it is heard at, and
 * from the jacks a recording pin hears. A muted node ends a path; a mux lets one input through.
 */
export function livePaths(drawing: Drawing, passing: Passing): ReadonlySet<string> {
  const lines = openLines(drawing, passing);
  const playing: string[] = [];
  const recording: string[] = [];
  const inputs: string[] = [];
  for (const { pins } of drawing.frames) {
    for (const { id, pin } of pins) {
      if (pin.communication === 'BRIDGE' && pin.dataFlow === 'IN') inputs.push(id);
      if (!isStreamPin(pin) || !pin.open.some(({ state }) => state === 'RUN')) continue;
      (pin.dataFlow === 'IN' ? playing : recording).push(id);
    }
  }
  for (const { id, pin } of drawing.jacks) if (pin.dataFlow === 'IN') inputs.push(id);

  const stops = (id: string) => parseElementId(id).kind === 'node' && passing.muted(id);
  const heard = reach(playing, lines.down, stops);
  const live = new Set([...heard.lines, ...heard.ends]);
  if (recording.length > 0) {
    const before = reach(recording, lines.up, stops);
    const after = reach([...inputs, ...playing], lines.down, stops);
    for (const line of before.lines) if (after.lines.has(line)) live.add(line);
    for (const end of before.ends) if (after.ends.has(end)) live.add(end);
  }
  return live;
}

interface Line {
  id: string;
  end: string;
}

type Lines = ReadonlyMap<string, readonly Line[]>;

function openLines(drawing: Drawing, passing: Passing): { down: Lines; up: Lines } {
  const down = new Map<string, Line[]>();
  const up = new Map<string, Line[]>();
  const add = (map: Map<string, Line[]>, from: string, line: Line) => {
    const list = map.get(from);
    if (list) list.push(line);
    else map.set(from, [line]);
  };
  const join = (id: string, from: string, to: string) => {
    add(down, from, { id, end: to });
    add(up, to, { id, end: from });
  };
  for (const { id, from, to } of drawing.wires) join(id, from, to);
  for (const frame of drawing.frames) {
    const { filter } = frame;
    if (frame.collapsed) {
      for (const [from, to] of throughCollapsed(frame)) join('', from, to);
      continue;
    }
    frame.links.forEach(({ id, from, to }, index) => {
      const { toNode, toPin } = filter.connections[index]!;
      const selected = toNode === null ? undefined : passing.selectedInput(nodeId(filter.path, toNode));
      if (selected === undefined || selected === toPin) join(id, from, to);
    });
  }
  return { down, up };
}

/** A filter drawn without its inside passes everything from its IN pins to the OUT pins they lead to. */
function throughCollapsed({ filter, pins }: Drawing['frames'][number]): [string, string][] {
  const next = new Map<string, string[]>();
  const key = (node: number | null, pin: number) => (node === null ? `pin ${pin}` : `node ${node}`);
  for (const { fromNode, fromPin, toNode, toPin } of filter.connections) {
    const from = key(fromNode, fromPin);
    next.set(from, [...(next.get(from) ?? []), key(toNode, toPin)]);
  }
  return pins
    .filter(({ pin }) => pin.dataFlow === 'IN')
    .flatMap(({ id, pin }) => {
      const found = new Set([`pin ${pin.id}`]);
      for (const each of found) for (const to of next.get(each) ?? []) found.add(to);
      return pins
        .filter((other) => other.pin.dataFlow === 'OUT' && found.has(`pin ${other.pin.id}`))
        .map((other): [string, string] => [id, other.id]);
    });
}

function reach(
  starts: readonly string[],
  lines: Lines,
  stops: (id: string) => boolean,
): { lines: Set<string>; ends: Set<string> } {
  const ends = new Set(starts);
  const passed = new Set<string>();
  for (const end of ends) {
    if (stops(end)) continue;
    for (const line of lines.get(end) ?? []) {
      passed.add(line.id);
      ends.add(line.end);
    }
  }
  return { lines: passed, ends };
}
