const RETRY_FIRST_MS = 300;
const RETRY_LONGEST_MS = 5_000;

interface Failure {
  message: string;
  delayMs: number;
  notBeforeMs: number;
}

/** Outputs that could not be opened, by their key: each is tried again less and less often. */
export class OutputFailures {
  readonly #nowMs: () => number;
  readonly #failures = new Map<string, Failure>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** `message`: a sentence for the user. */
  add(key: string, message: string): void {
    const before = this.#failures.get(key)?.delayMs ?? RETRY_FIRST_MS / 2;
    const delayMs = Math.min(before * 2, RETRY_LONGEST_MS);
    this.#failures.set(key, { message, delayMs, notBeforeMs: this.#nowMs() + delayMs });
  }

  message(key: string): string | undefined {
    return this.#failures.get(key)?.message;
  }

  /** Milliseconds until the output may be tried again. */
  waitMs(key: string): number {
    const failure = this.#failures.get(key);
    return failure ? Math.max(0, failure.notBeforeMs - this.#nowMs()) : 0;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  clear(): void {
    this.#failures.clear();
  }
}
