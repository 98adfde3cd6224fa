import type { PowerSnapshot, PowerStream, PowerSubdevice } from '../../contract/services/power.ts';
import { parseArguments, usageError } from './arguments.ts';
import type { Output } from './output.ts';
import { openRunning, openSession } from './session.ts';
import type { Verb } from './verb.ts';

const STATES = ['D0', 'D3', 'auto'] as const;

export const powerVerb: Verb = {
  name: 'power',
  usage: 'power [--json] | power set SUBDEVICE D0|D3|auto [--json] | power rebalance ADAPTER',
  summary:
    'show the power state of every subdevice and what keeps it awake; wake one, or let it sleep; stop an adapter and start it with the resources there are',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, { json: 'boolean' });
    const [action, name, wanted] = words;
    if (action === undefined) {
      const session = await openSession(engine, { sound: false, midi: false, stop });
      try {
        const snapshot = await session.connection.services.power.getSnapshot();
        if (options.json) out.json(snapshot);
        else printSnapshot(snapshot, out);
      } finally {
        await session.dispose();
      }
      return;
    }
    if (action === 'rebalance') {
      if (name === undefined || words.length !== 2) throw usageError('“power rebalance” takes an adapter.');
      const session = await openRunning(engine);
      try {
        await session.connection.services.power.rebalance(name);
      } finally {
        await session.dispose();
      }
      return;
    }
    const state = STATES.find((each) => each.toLowerCase() === wanted?.toLowerCase());
    if (action !== 'set' || name === undefined || state === undefined || words.length !== 3) {
      throw usageError('“power set” takes a subdevice and D0, D3 or auto; “power rebalance” an adapter.');
    }
    const session = await openRunning(engine);
    try {
      const subdevice = await session.connection.services.power.setState(name, state);
      if (options.json) out.json(subdevice);
      else out.line(subdeviceText(subdevice));
    } finally {
      await session.dispose();
    }
  },
};

function printSnapshot({ source, subdevices, connections, seconds }: PowerSnapshot, out: Output): void {
  out.line(`on ${source}`);
  for (const each of subdevices) {
    out.line(subdeviceText(each));
    if (each.idleAt !== null) out.line(`    sleeps in ${Math.max(0, Math.round(each.idleAt - seconds))} s`);
    const { promised, measured } = each.exitLatency;
    const cost = costText(each);
    if (cost !== '') out.line(`    costs ${cost}`);
    out.line(
      `    exit latency ${promised} ms promised${measured === null ? '' : `, ${measured.toFixed(1)} ms measured`}`,
    );
  }
  for (const { from, to, connected } of connections) {
    out.line(`${from.filter}.${from.pin} -> ${to.filter}.${to.pin}${connected ? '' : ' (not connected)'}`);
  }
}

/** One line: “soundCard/Wavetable: D0, kept awake by Player”. */
export function subdeviceText({ path, registered, state, held, holders }: PowerSubdevice): string {
  if (!registered) return `${path}: not registered`;
  const keeps = [...new Set([...holders.map(streamText), ...(held ? ['request'] : [])])];
  return `${path}: ${state}${keeps.length > 0 ? `, kept awake by ${keeps.join(', ')}` : ''}`;
}

/** “1.2 % of a core, 34 MB, shared”. */
function costText({ cost: { cpuPercent, memoryBytes, shared } }: PowerSubdevice): string {
  return [
    ...(cpuPercent === null ? [] : [`${cpuPercent.toFixed(1)} % of a core`]),
    ...(memoryBytes === null ? [] : [`${(memoryBytes / 1_000_000).toFixed(1)} MB`]),
    ...(shared ? ['shared'] : []),
  ].join(', ');
}

const streamText = ({ client, subdevice, pin }: PowerStream): string => client || `${subdevice} ${pin}`;
