import { connect } from '../../contract/rpc/client.ts';
import { connectControlSocket } from '../ipc/controlSocket.ts';
import type { Verb } from './verb.ts';

export const quitVerb: Verb = {
  name: 'quit',
  usage: 'quit',
  summary: 'end the running Pinwheel',
  async run({ out, engine }) {
    const transport = await connectControlSocket(engine.paths.controlSocket);
    if (!transport) return out.note('No Pinwheel is running.');
    const connection = connect(transport);
    const closed = new Promise<void>((resolve) => connection.onClose(() => resolve()));
    await connection.services.app.quit();
    await closed;
  },
};
