import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';

/** First code of a utility process: gives it `process.parentPort` and takes what only a Node child process has. */
class ParentPort extends EventEmitter {
  readonly #send: (message: unknown) => void;
  #waiting: unknown[] = [];

  constructor(send: (message: unknown) => void) {
    super();
    this.#send = send;
    // “Messages received on this port will be queued up until a handler is registered for this event.”
    this.on('newListener', (name) => {
      if (name !== 'message') return;
      setImmediate(() => {
        for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] });
      });
    });
  }

  receive(data: unknown): void {
    if (this.listenerCount('message') === 0 || this.#waiting.length > 0) this.#waiting.push(data);
    else this.emit('message', { data, ports: [] });
  }

  postMessage(message: unknown): void {
    this.#send(structuredClone(message));
  }
}

const send = process.send!.bind(process) as (message: unknown) => void;
const port = new ParentPort((message) => process.connected && send(message));
process.on('message', (message) => port.receive(message));
// Electron ends its utility processes with itself.
process.on('disconnect', () => process.exit(0));
delete process.send;
Object.defineProperty(process, 'parentPort', { value: port });
Object.defineProperty(process, 'type', { value: 'utility' });
process.argv.splice(1, 1);
await import(pathToFileURL(process.argv[1]!).href);
