import { serveClient, type Served } from '../../contract/rpc/server.ts';
import type { ClientTransport, ServerMessage } from '../../contract/rpc/wire.ts';

/**
 * A connection to services of the same process, for the command line when no instance runs. Values cross by
 * structured clone, as they do over every other transport, so that nothing works here that would not work there.
 */
export function localTransport(served: Served): ClientTransport {
  let toServer: (message: unknown) => void = () => undefined;
  let toClient: (message: ServerMessage) => void = () => undefined;
  let frameToClient: (frame: Uint8Array) => void = () => undefined;
  let closedServer: () => void = () => undefined;
  let closedClient: () => void = () => undefined;
  let open = true;

  const close = (): void => {
    if (!open) return;
    open = false;
    closedServer();
    closedClient();
  };
  const later = <T>(value: T, deliver: () => (value: T) => void): void => {
    const copy = structuredClone(value);
    queueMicrotask(() => open && deliver()(copy));
  };

  serveClient(served, {
    send: (message) => later(message, () => toClient),
    sendFrame: (frame) => later(frame, () => frameToClient),
    onMessage: (listener) => (toServer = listener),
    onClose: (listener) => (closedServer = listener),
    close,
  });
  return {
    send: (message) => later<unknown>(message, () => toServer),
    onMessage: (listener) => (toClient = listener),
    onFrame: (listener) => (frameToClient = listener),
    onClose: (listener) => (closedClient = listener),
    close,
  };
}
