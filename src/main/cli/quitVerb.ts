import { connect } from '../../contract/rpc/client.ts';
import { connectControlSocket } from '../ipc/controlSocket.ts';
import { parseArguments } from './arguments.ts';
import type { Verb } from './verb.ts';

export const quitVerb: Verb = {
  name: 'quit',
  usage: 'quit [--json]',
  summary: 'end the running Pinwheel',
  async run({ args, out, engine }) {
    const { options } = parseArguments(args, { json: 'boolean' });
    const transport = await connectControlSocket(engine.paths.controlSocket);
    if (!transport) return options.json ? out.json({ ended: false }) : out.note('No Pinwheel is running.');
    const connection = connect(transport);
    const closed = new Promise<void>((resolve) => connection.onClose(() => resolve()));
    await connection.services.app.quit();
    await closed;
    if (options.json) out.json({ ended: true });
  },
};
