import type { ReferenceTime } from '../../contract/units.ts';
import { isSilent } from './chunkQueue.ts';
import type { HeadSource } from './headVoice.ts';
import type { RenderStream } from './renderStream.ts';

/** A stream threw while it rendered. */
export type FaultListener = (stream: number, error: unknown) => void;

/** One input of the card: the streams behind it, summed. */
export class CardInput {
  readonly streams = new Map<number, RenderStream>();
  /** The block rendered last; not to be read after `render` answered false. */
  readonly left: Float32Array<ArrayBuffer>;
  readonly right: Float32Array<ArrayBuffer>;
  /** What the streams have to be played around the listener's head, beside the block. */
  readonly heads = new Map<number, HeadSource>();
  /** Time on the wall clock that rendering its streams took, until somebody sets it back. */
  renderedMs = 0;

  constructor(chunkFrames: number) {
    this.left = new Float32Array(chunkFrames);
    this.right = new Float32Array(chunkFrames);
  }

  /** Renders one block, which is heard at `blockTime`. Answers whether there is sound in it. */
  render(blockTime: ReferenceTime, onFault: FaultListener): boolean {
    const { left, right } = this;
    let rendered = false;
    let began = 0;
    this.heads.clear();
    for (const [id, stream] of this.streams) {
      if (stream.idle) continue;
      if (!rendered) {
        left.fill(0);
        right.fill(0);
        rendered = true;
        began = performance.now();
      }
      try {
        stream.render(left, right, left.length, blockTime);
        if (stream.head) this.heads.set(id, stream.head);
      } catch (error) {
        onFault(id, error);
      }
    }
    if (rendered) this.renderedMs += performance.now() - began;
    return rendered && !(isSilent(left) && isSilent(right));
  }
}
