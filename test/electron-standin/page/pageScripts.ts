import { createCloneCodec } from '../cloneCodec.ts';
import { runSandboxedPreload, type IsolatedWorldOptions } from './isolatedWorld.ts';
import { installMainWorld } from './mainWorld.ts';
import { createWorldBridge } from './worldBridge.ts';

/** Only the main frame gets a preload, as without `nodeIntegrationInSubFrames`. */
const inMainFrame = (body: string): string => `if (window === window.top) { ${body} }`;

/** Runs first in the page's own world. `channel` is a name that the page does not know. */
export function mainWorldScript(channel: string): string {
  return inMainFrame(`(() => {
    const codec = (${createCloneCodec.toString()})();
    const bridge = (${createWorldBridge.toString()})(codec, ${JSON.stringify(channel)}, 'main');
    (${installMainWorld.toString()})(bridge);
  })();`);
}

/** Runs first in the isolated world. The preload is part of the text: the page's policy forbids to evaluate text. */
export function isolatedWorldScript(channel: string, options: IsolatedWorldOptions, preload: string): string {
  return inMainFrame(`(() => {
    const codec = (${createCloneCodec.toString()})();
    const bridge = (${createWorldBridge.toString()})(codec, ${JSON.stringify(channel)}, 'isolated');
    (${runSandboxedPreload.toString()})(codec, bridge, ${JSON.stringify(options)},
      function (require, module, exports, process, Buffer, global, setImmediate, clearImmediate) {
${preload}
});
  })();`);
}
