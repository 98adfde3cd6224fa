import { spawn } from 'node:child_process';
import type { Disposable } from '../../contract/disposable.ts';
import { connect } from '../../contract/rpc/client.ts';
import { PinwheelError } from '../../contract/errors.ts';
import { watchPowerSource } from '../hardware/powerSupplies.ts';
import { connectControlSocket, listenControlSocket } from '../ipc/controlSocket.ts';
import { serveBrowserShell, type BrowserShell } from '../ipc/webServer.ts';
import { LogFile } from '../logging/logFile.ts';
import { limitedLog } from '../logging/limitedLog.ts';
import { Logging } from '../logging/logging.ts';
import { logProcessFaults } from '../logging/processFaults.ts';
import { aborted, createPinwheel } from '../pinwheel.ts';
import { parseArguments, usageError } from './arguments.ts';
import { describeOutput } from './describeOutput.ts';
import type { Verb } from './verb.ts';

/** The browser shell: runs the engine and serves the panel on the loopback interface until it is stopped. */
export function serveVerb(rendererDir: URL): Verb {
  return {
    name: 'serve',
    usage: 'serve [--port N] [--open] [--json]',
    summary: 'run Pinwheel and show its panel in a browser',
    async run({ args, out, engine, stop }) {
      const { options, words } = parseArguments(args, { port: 'string', open: 'boolean', json: 'boolean' });
      if (words.length > 0) throw usageError(`“serve” takes no “${words[0]}”.`);
      const port = parsePort(options.port);

      const running = await connectControlSocket(engine.paths.controlSocket);
      if (running) {
        const connection = connect(running);
        const url = await connection.services.app.getPanelUrl();
        connection.dispose();
        if (url === null) throw alreadyRunning();
        if (options.json) out.line(JSON.stringify({ url, started: false }));
        else {
          out.note('Pinwheel is running already; this is its panel:');
          out.line(url);
        }
        if (options.open) openInBrowser(url);
        return;
      }

      const ending = new AbortController();
      let panel: BrowserShell | undefined;
      let supplies: Disposable | undefined;
      const logging = new Logging(new LogFile(engine.paths.logs));
      const pinwheel = await createPinwheel({
        ...engine,
        shell: 'browser',
        logging,
        midi: true,
        sound: true,
        panelUrl: () => panel?.url ?? null,
        quit: () => ending.abort(),
      });
      const faults = logProcessFaults(limitedLog(logging.part('program')));
      try {
        const socket = await listenControlSocket(pinwheel.served, engine.paths.controlSocket);
        try {
          await pinwheel.start(stop);
          supplies = watchPowerSource((source) => pinwheel.systemPower.setSource(source));
          panel = await serveBrowserShell({ served: pinwheel.served, rendererDir, port });
          const { output } = await pinwheel.served.implementations.app.getState();
          out.note(describeOutput(output));
          if (options.json) out.line(JSON.stringify({ url: panel.url, started: true }));
          else out.line(panel.url);
          if (options.open) openInBrowser(panel.url);
          await aborted(AbortSignal.any([stop, ending.signal]));
        } finally {
          supplies?.dispose();
          await panel?.dispose();
          await socket.dispose();
        }
      } finally {
        await pinwheel.dispose();
        faults.dispose();
      }
    },
  };
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw usageError(`“${text}” is not a port.`);
  return port;
}

function alreadyRunning(): PinwheelError {
  return new PinwheelError({
    code: 'bad-state',
    message: 'Pinwheel is running already, in its own window.',
    advice: 'Use that one, or end it with “pinwheel quit”.',
  });
}

/** A browser that cannot be opened is no failure: the URL is printed. */
function openInBrowser(url: string): void {
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url]]
        : ['xdg-open', [url]];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  // Said above: the URL is printed.
  child.on('error', () => undefined);
  child.unref();
}
