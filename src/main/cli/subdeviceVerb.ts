import { parseArguments, usageError } from './arguments.ts';
import { subdeviceText } from './powerVerb.ts';
import { openRunning } from './session.ts';
import type { Verb } from './verb.ts';

export const subdeviceVerb: Verb = {
  name: 'subdevice',
  usage: 'subdevice unregister|register NAME [--json]',
  summary: 'take a subdevice of the running Pinwheel away, which ends its streams, or bring it back',
  async run({ args, out, engine }) {
    const { options, words } = parseArguments(args, { json: 'boolean' });
    const [action, name] = words;
    if ((action !== 'unregister' && action !== 'register') || name === undefined || words.length !== 2) {
      throw usageError('“subdevice” takes unregister or register, and a name.');
    }
    const session = await openRunning(engine);
    try {
      const subdevice = await session.connection.services.power[action](name);
      if (options.json) out.json(subdevice);
      else out.line(subdeviceText(subdevice));
    } finally {
      await session.dispose();
    }
  },
};
