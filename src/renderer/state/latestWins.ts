/**
 * Sends a stream of values to something slower than the user's hand: at most one request is in flight, and of the
 * values that came meanwhile only the newest is sent next.
 */
export class LatestWins<Value, Result> {
  #send: (value: Value) => Promise<Result>;
  #settled: (result: Result) => void;
  #failed: (error: unknown) => void;
  #inFlight = false;
  #next: { value: Value } | undefined;

  /** `settled` and `failed` hear only of the last request, when nothing newer waits behind it. */
  constructor(
    send: (value: Value) => Promise<Result>,
    settled: (result: Result) => void,
    failed: (error: unknown) => void,
  ) {
    this.#send = send;
    this.#settled = settled;
    this.#failed = failed;
  }

  /** True from the first value until the answer to the last one. */
  get busy(): boolean {
    return this.#inFlight;
  }

  push(value: Value): void {
    this.#next = { value };
    if (!this.#inFlight) void this.#run();
  }

  async #run(): Promise<void> {
    this.#inFlight = true;
    let outcome: () => void = () => {};
    while (this.#next) {
      const { value } = this.#next;
      this.#next = undefined;
      try {
        const result = await this.#send(value);
        outcome = () => this.#settled(result);
      } catch (error) {
        outcome = () => this.#failed(error);
      }
    }
    this.#inFlight = false;
    outcome();
  }
}
