import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface FlowPart {
  readonly name: string;
  /** Below src/main or src, without its ending; undefined outside of the program. */
  readonly file: string | undefined;
}

/**
 * `call`: one calls a method of the other, or listens to its event; without a label, one imports the other.
 * `message`: between two processes. `outside`: what the code cannot show.
 */
export interface FlowArrow {
  readonly kind: 'call' | 'message' | 'outside';
  readonly from: FlowPart;
  readonly to: FlowPart;
  readonly label: string;
}

export interface Flow {
  readonly title: string;
  readonly parts: readonly FlowPart[];
  readonly arrows: readonly FlowArrow[];
}

const KINDS: Readonly<Record<string, FlowArrow['kind']>> = {
  '-->': 'call',
  '==>': 'message',
  '-.->': 'outside',
};
/** `id["Name<br>folder/file"]` or, of what is outside, `id(["what it is"])`. */
const PART = /^(\w+)(?:\["(\S+)<br>([\w/.]+)"\]|\(\["([^"]+)"\]\))$/;
const ARROW = /^(\w+) (-->|==>|-\.->)(?:\|"?([^"|]+)"?\|)? (\w+)$/;
const FRAME = /^(flowchart (LR|TB)|subgraph .*|end)$/;

/** The Mermaid flowcharts of a page, each under the heading before it. @throws Error at a line that is neither */
export function readFlows(page: string | { text: string }): Flow[] {
  const text = typeof page === 'string' ? readFileSync(path.join(ROOT, page), 'utf8') : page.text;
  const blocks = text.matchAll(/^#+ ([^\n]+)\n(?:(?!^#)[^\n]*\n)*?^```mermaid\n(.*?)^```$/gms);
  return [...blocks].map(([, title, diagram]) => readFlow(title!, diagram!));
}

function readFlow(title: string, diagram: string): Flow {
  const parts = new Map<string, FlowPart>();
  const arrows: FlowArrow[] = [];
  for (const line of diagram.split('\n').map((each) => each.trim())) {
    const [, id, name, file, outside] = PART.exec(line) ?? [];
    const [, from, drawn, label = '', to] = ARROW.exec(line) ?? [];
    if (id !== undefined) {
      if (parts.has(id)) throw new Error(`Diagram “${title}” has ${id} twice.`);
      parts.set(id, { name: name ?? outside!, file });
    } else if (drawn !== undefined) {
      const [source, target] = [parts.get(from!), parts.get(to!)];
      if (!source || !target) throw new Error(`Diagram “${title}” has an arrow to no part: ${line}`);
      arrows.push({ kind: KINDS[drawn]!, from: source, to: target, label });
    } else if (line !== '' && !FRAME.test(line)) {
      throw new Error(`Diagram “${title}” has a line that is not understood: ${line}`);
    }
  }
  return { title, parts: [...parts.values()], arrows };
}
