import {
  connection,
  nodePin,
  NODE_PIN,
  type Connection,
  type NodeDescriptor,
} from '../../engine/ks/descriptor.ts';
import type { PortEvents } from '../../engine/ks/event.ts';
import type { RenderNode } from './cardLayout.ts';
import { cardNode } from './cardNodes.ts';

/** A pin of the filter or of one of its nodes. */
export type TopologyEnd = ReturnType<typeof nodePin>;

type NodeParts = Omit<Parameters<typeof cardNode>[1], 'changed'>;

/** Nodes and connections of a topology filter of the card, in the direction of the signal. */
export class TopologyBuilder {
  readonly nodes: NodeDescriptor[] = [];
  readonly connections: Connection[] = [];
  readonly #parts: NodeParts;
  readonly #events: () => PortEvents | undefined;

  /** `events` is asked at every change of a node's value. */
  constructor(parts: NodeParts, events: () => PortEvents | undefined) {
    this.#parts = parts;
    this.#events = events;
  }

  /** Answers the node's id. `describe` gets what to call when the node's value is another. */
  addNode(describe: (changed: () => void) => NodeDescriptor): number {
    const node = this.nodes.length;
    this.nodes.push(describe(() => this.#events()?.generate(node)));
    return node;
  }

  /** The nodes one after the other behind `from`; answers where the last one's signal comes out. */
  addChain(from: TopologyEnd, chain: readonly RenderNode[]): TopologyEnd {
    return chain.reduce((previous, each) => {
      const node = this.addNode((changed) => cardNode(each, { ...this.#parts, changed }));
      this.connect(previous, nodePin(node, NODE_PIN.IN));
      return nodePin(node, NODE_PIN.OUT);
    }, from);
  }

  /** A node with an input for each of the ends; answers its output. */
  join(ends: readonly TopologyEnd[], describe: (changed: () => void) => NodeDescriptor): TopologyEnd {
    const node = this.addNode(describe);
    ends.forEach((end, index) => this.connect(end, nodePin(node, NODE_PIN.FIRST_INPUT + index)));
    return nodePin(node, NODE_PIN.OUT);
  }

  connect(from: TopologyEnd, to: TopologyEnd): void {
    this.connections.push(connection(from, to));
  }
}
