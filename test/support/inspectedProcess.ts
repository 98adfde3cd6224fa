import type { Disposable } from '../../src/contract/disposable.ts';

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A process of Node as its inspector shows it. */
export class InspectedProcess implements Disposable {
  readonly #socket: WebSocket;
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  #next = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const { id, result, error } = JSON.parse(String(data)) as Answer;
      const call = id === undefined ? undefined : this.#calls.get(id);
      if (!call) return;
      this.#calls.delete(id!);
      if (error) call.reject(new Error(error.message));
      else call.resolve(result);
    });
    socket.addEventListener('close', () => {
      for (const call of this.#calls.values()) call.reject(new Error('The inspected process is gone.'));
    });
  }

  /** `stderr`: what the process has written there, where its inspector says how to reach it. */
  static async attach(processId: number, stderr: () => string): Promise<InspectedProcess> {
    process.kill(processId, 'SIGUSR1');
    const deadline = performance.now() + 10_000;
    let url: string | undefined;
    while (!(url = /^Debugger listening on (ws:\S+)$/m.exec(stderr())?.[1])) {
      if (performance.now() > deadline) throw new Error(`The inspector of ${processId} does not answer.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error(`Nothing listens at ${url}.`)));
    });
    return new InspectedProcess(socket);
  }

  /** Everything that can be collected is. */
  async collectGarbage(): Promise<void> {
    // What finalizers let go of is garbage only then.
    await this.#call('HeapProfiler.collectGarbage');
    await this.#call('HeapProfiler.collectGarbage');
  }

  /** The value of an expression that JSON can carry. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result } = (await this.#call('Runtime.evaluate', { expression, returnByValue: true })) as {
      result: { value: T };
    };
    return result.value;
  }

  dispose(): void {
    this.#socket.close();
  }

  #call(method: string, params: object = {}): Promise<unknown> {
    const id = this.#next++;
    const call = Promise.withResolvers<unknown>();
    this.#calls.set(id, call);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return call.promise;
  }
}
