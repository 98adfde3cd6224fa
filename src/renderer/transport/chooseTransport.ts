import type { ClientTransport } from '../../contract/rpc/wire.ts';
import { bridgeTransports } from './bridgeTransport.ts';
import { openWebSocketTransport } from './webSocketTransport.ts';

const TOKEN_KEY = 'pinwheel.token';

/** Opens one transport; called again for every attempt to connect. */
export type OpenTransport = () => Promise<ClientTransport>;

/** The preload bridge inside the desktop window, otherwise the WebSocket of the server this page came from. */
export function chooseTransport(): OpenTransport {
  if (window.pinwheel) {
    const next = bridgeTransports(window.pinwheel);
    return () => Promise.resolve(next());
  }
  const token = takeToken();
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const url = `${scheme}://${location.host}/rpc?token=${encodeURIComponent(token)}`;
  return () => openWebSocketTransport(url);
}

/** Moves the token from the address, where it could be read over a shoulder, into this tab's session storage. */
function takeToken(): string {
  const address = new URL(location.href);
  const given = address.searchParams.get('token');
  if (given === null) return sessionStorage.getItem(TOKEN_KEY) ?? '';
  sessionStorage.setItem(TOKEN_KEY, given);
  address.searchParams.delete('token');
  history.replaceState(history.state, '', address);
  return given;
}
