import type { PinwheelBridge } from '../../contract/rpc/panelBridge.ts';
import type { ClientTransport, ServerMessage } from '../../contract/rpc/wire.ts';

declare global {
  interface Window {
    readonly pinwheel?: PinwheelBridge;
  }
}

/**
 * The contract over the preload bridge. The bridge knows no unsubscribing, so its callbacks are registered once
 * and lead to whichever transport is the current one.
 */
export function bridgeTransports(bridge: PinwheelBridge): () => ClientTransport {
  let onMessage: ((message: ServerMessage) => void) | undefined;
  let onFrame: ((frame: Uint8Array) => void) | undefined;
  let onClose: (() => void) | undefined;
  const close = () => {
    const listener = onClose;
    onMessage = onFrame = onClose = undefined;
    listener?.();
  };
  bridge.onMessage((message) => onMessage?.(message));
  bridge.onFrame((frame) => onFrame?.(frame));
  bridge.onClose(close);

  return () => {
    close();
    return {
      send: (message) => bridge.send(message),
      onMessage: (listener) => void (onMessage = listener),
      onFrame: (listener) => void (onFrame = listener),
      onClose: (listener) => void (onClose = listener),
      close,
    };
  };
}
