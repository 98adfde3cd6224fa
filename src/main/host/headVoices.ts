import type { CardInput } from './cardInput.ts';
import { HeadVoice } from './headVoice.ts';

/** What a voice still has in the device's queue is over by then. */
const TAIL_MS = 1_000;

/** The voices of an input's streams that are placed around the listener's head. */
export class HeadVoices {
  readonly #context: BaseAudioContext;
  readonly #target: AudioNode;
  readonly #silence: Float32Array<ArrayBuffer>;
  readonly #voices = new Map<number, HeadVoice>();

  constructor(context: BaseAudioContext, target: AudioNode, chunkFrames: number) {
    this.#context = context;
    this.#silence = new Float32Array(chunkFrames);
    this.#target = target;
  }

  /** At `frame`, what the input has rendered for them; answers whether there is sound in it. */
  play({ streams, heads }: CardInput, frame: number): boolean {
    for (const [id, voice] of this.#voices) {
      if (heads.has(id)) continue;
      voice.rest(this.#silence, frame);
      // A stream that stands still keeps its voice, and so does a voice whose filter is not empty.
      if (!streams.get(id)?.idle && !voice.sounding) this.#retire(id, voice);
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

  #retire(id: number, voice: HeadVoice): void {
    this.#voices.delete(id);
    voice.send();
    setTimeout(() => voice.dispose(), TAIL_MS).unref();
  }
}
