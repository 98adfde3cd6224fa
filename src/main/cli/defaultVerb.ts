import { parseArguments, usageError } from './arguments.ts';
import { endpointNamed } from './endpointNames.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

/** Makes a device the system's default. */
export const defaultVerb: Verb = {
  name: 'default',
  usage: 'default [DEVICE] [--json]',
  summary: "show the system's default devices, or make a device the default",
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, { json: 'boolean' });
    if (words.length > 1) throw usageError('Name one device.');
    const session = await openSession(engine, { sound: false, stop });
    try {
      const { endpoints } = session.connection.services;
      let snapshot = await endpoints.getSnapshot();
      if (words[0] !== undefined) {
        await endpoints.setDefault(endpointNamed(snapshot, words[0]).id);
        if (!options.json) return;
        snapshot = await endpoints.getSnapshot();
      }
      if (options.json) {
        const chosen = snapshot.endpoints.filter(({ isDefault }) => isDefault);
        return out.json({ defaults: chosen.map(({ id, name, direction }) => ({ id, name, direction })) });
      }
      for (const endpoint of snapshot.endpoints) {
        if (endpoint.isDefault)
          out.line(`${endpoint.direction.padEnd(6)}  ${endpoint.id.padEnd(32)} ${endpoint.name}`);
      }
    } finally {
      await session.dispose();
    }
  },
};
