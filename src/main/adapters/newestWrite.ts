/** What becomes of the requests of a `NewestWrite`. */
export interface WriteOutcome<Answer> {
  /** Everything that was written has been sent, the last of it with this answer. */
  done?(answer: Answer): void;
  /** The last request failed. */
  refused(): void;
}

/** One request at a time; the newest value waits for it, older ones that wait are forgotten. */
export class NewestWrite<Value, Answer = void> {
  readonly #send: (value: Value) => Promise<Answer>;
  readonly #outcome: WriteOutcome<Answer>;
  #waiting: { value: Value } | undefined;
  #busy = false;

  constructor(send: (value: Value) => Promise<Answer>, outcome: WriteOutcome<Answer>) {
    this.#send = send;
    this.#outcome = outcome;
  }

  get busy(): boolean {
    return this.#busy;
  }

  write(value: Value): void {
    this.#waiting = { value };
    if (!this.#busy) void this.#run();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    let last: { answer: Answer } | undefined;
    // All channels of a node are written one after another: the request is made when they are all there.
    await Promise.resolve();
    while (this.#waiting) {
      const { value } = this.#waiting;
      this.#waiting = undefined;
      try {
        last = { answer: await this.#send(value) };
      } catch {
        // Told by whoever sends; the last one counts here.
        last = undefined;
      }
    }
    this.#busy = false;
    if (last) this.#outcome.done?.(last.answer);
    else this.#outcome.refused();
  }
}
