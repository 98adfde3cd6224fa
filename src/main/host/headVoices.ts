import type { CardInput } from './cardInput.ts';
import { HeadVoice } from './headVoice.ts';

/** What a voice still has in the device's queue, and the tail of its filter, are over by then. */
const TAIL_MS = 1_000;

/** The voices of an input's streams that are placed around the listener's head. */
export class HeadVoices {
  readonly #context: BaseAudioContext;
  readonly #target: AudioNode;
  readonly #voices = new Map<number, HeadVoice>();

  constructor(context: BaseAudioContext, target: AudioNode) {
    this.#context = context;
    this.#target = target;
  }

  /** At `frame`, what the input has rendered for them; answers whether there is sound in it. */
  play({ streams, heads }: CardInput, frame: number): boolean {
    for (const id of this.#voices.keys()) {
      const stream = streams.get(id);
      // One that rests keeps its voice.
      if (!stream || !(stream.idle || heads.has(id))) this.#retire(id);
    }
    let sounding = false;
    for (const [id, head] of heads) {
      let voice = this.#voices.get(id);
      if (!voice) this.#voices.set(id, (voice = new HeadVoice(this.#context, this.#target, head)));
      if (voice.play(head, frame)) sounding = true;
    }
    return sounding;
  }

  send(): void {
    for (const voice of this.#voices.values()) voice.send();
  }

  #retire(id: number): void {
    const voice = this.#voices.get(id)!;
    this.#voices.delete(id);
    voice.send();
    setTimeout(() => voice.dispose(), TAIL_MS).unref();
  }
}
