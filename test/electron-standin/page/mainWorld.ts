import type { WorldBridge } from './worldBridge.ts';

/** The page's side of `contextBridge.exposeInMainWorld`. Self-contained, because its source text runs in the page. */
export function installMainWorld(bridge: WorldBridge): void {
  const deepFreeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value))
      return;
    Object.freeze(value);
    for (const entry of Object.values(value)) deepFreeze(entry);
  };

  bridge.answer('expose', (payload) => {
    const { key, api } = JSON.parse(payload) as { key: string; api: string };
    if (Object.hasOwn(window, key)) {
      return 'Cannot bind an API on top of an existing property on the window object';
    }
    const value = bridge.decode(api);
    deepFreeze(value);
    Object.defineProperty(window, key, { value, writable: false, enumerable: true, configurable: false });
    return '';
  });

  // A window open handler that denies makes `window.open` answer null. Main is asked, and its stand-in knows no other
  // answer.
  Object.defineProperty(window, 'open', {
    value: (url: unknown = 'about:blank', name: unknown = '') => {
      bridge.request(
        'open',
        JSON.stringify({ url: new URL(String(url), document.baseURI).href, name: String(name) }),
      );
      return null;
    },
    configurable: true,
    writable: true,
  });
}
