import { PinwheelError } from '../../contract/errors.ts';
import type { Clients } from '../../contract/services/index.ts';
import type {
  PropertyAddress,
  PropertyAnswer,
  PropertySupport,
  PropertyUnit,
  PropertyValue,
  TopologySnapshot,
} from '../../contract/services/topology.ts';
import {
  decibels,
  decibelsToKsLevel,
  KS_LEVEL_SILENCE,
  ksLevel,
  ksLevelToDecibels,
} from '../../contract/units.ts';
import { usageError } from './arguments.ts';
import type { Output } from './output.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

type Topology = Clients['topology'];

const FIXED_ONE = 0x10000;

export const propertyVerb: Verb = {
  name: 'property',
  usage:
    'property get|set|support FILTER NODE PROPERTY[@CHANNEL] [VALUE] [--channel N] [--pin N] [--instance N] [--json]',
  summary:
    'get, set or describe one property: “property set TopologyRender 0 VOLUMELEVEL@0 -6dB”; NODE is a number, a name, or “-”',
  async run({ args, out, engine, stop }) {
    const request = parseCommand(args);
    const session = await openSession(engine, { sound: false, stop });
    try {
      const { topology } = session.connection.services;
      const address = locate(await topology.getSnapshot(), request);
      await ACTIONS[request.action](topology, address, request, out);
    } catch (error) {
      throw withStatus(error);
    } finally {
      await session.dispose();
    }
  },
};

interface Command {
  readonly action: 'get' | 'set' | 'support';
  readonly filter: string;
  readonly node: string;
  readonly property: string;
  /** After the @: a channel, or the pin a property of a pin factory is about. */
  readonly at: number | undefined;
  readonly channel: number | undefined;
  readonly pin: number | undefined;
  readonly pinInstance: number | undefined;
  readonly value: string | undefined;
  readonly json: boolean;
}

const NUMBERED = new Map([
  ['--channel', 'channel'],
  ['--pin', 'pin'],
  ['--instance', 'pinInstance'],
] as const);

/** Taken apart by hand: “-”, “-6” and “-6dB” are words here. */
function parseCommand(args: readonly string[]): Command {
  const words: string[] = [];
  const numbers: { channel?: number; pin?: number; pinInstance?: number } = {};
  let json = false;
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!;
    const [option, attached] = word.split('=', 2) as [string, string | undefined];
    const field = NUMBERED.get(option as '--pin');
    if (field) numbers[field] = wholeNumber(attached ?? args[++index] ?? '', option);
    else if (word === '--json') json = true;
    else if (word.startsWith('--')) throw usageError(`“property” has no option “${word}”.`);
    else words.push(word);
  }
  const [action, filter, node, propertyWord, value, ...rest] = words;
  if (action !== 'get' && action !== 'set' && action !== 'support') {
    throw usageError(
      action === undefined
        ? '“property” takes get, set or support.'
        : `“property ${action}” is not a command.`,
    );
  }
  if (filter === undefined || node === undefined || propertyWord === undefined || rest.length > 0) {
    throw usageError(`“property ${action}” takes a filter, a node or “-”, and a property.`);
  }
  if ((action === 'set') !== (value !== undefined)) {
    throw usageError(
      action === 'set' ? '“property set” takes a value.' : `“property ${action}” takes no value.`,
    );
  }
  const [property = '', at] = propertyWord.split('@', 2);
  return {
    action,
    filter,
    node,
    property,
    value,
    json,
    at: at === undefined ? undefined : wholeNumber(at, 'what follows @'),
    channel: numbers.channel,
    pin: numbers.pin,
    pinInstance: numbers.pinInstance,
  };
}

function wholeNumber(text: string, what: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw usageError(`“${text}” is no number for ${what}.`);
}

/** The request's target as the service takes it; a node may be named. */
function locate(snapshot: TopologySnapshot, request: Command): PropertyAddress {
  const { filter, node, property, pinInstance, channel, pin } = request;
  return {
    filter,
    node: node === '-' ? null : nodeNumber(snapshot, filter, node),
    property,
    ...(pinInstance === undefined ? {} : { pinInstance }),
    ...(channel === undefined ? {} : { channel }),
    ...(pin === undefined ? {} : { pin }),
  };
}

function nodeNumber({ filters }: TopologySnapshot, filterName: string, word: string): number {
  if (/^\d+$/.test(word)) return Number(word);
  const called = (name: string, path = name) => [name.toLowerCase(), path.toLowerCase()];
  const filter = filters.find(({ name, path }) => called(name, path).includes(filterName.toLowerCase()));
  const named = filter?.nodes.filter(({ name }) => name.toLowerCase() === word.toLowerCase()) ?? [];
  if (named.length === 1) return named[0]!.id;
  throw new PinwheelError({
    code: 'not-found',
    message:
      named.length > 1
        ? `“${filterName}” has more than one node “${word}”.`
        : `“${filterName}” has no node “${word}”.`,
    advice: filter
      ? `Its nodes: ${filter.nodes.map(({ id, name }) => `${id} ${name}`).join(', ') || 'none'}.`
      : `The filters: ${filters.map(({ path }) => path).join(', ')}.`,
  });
}

type Action = (topology: Topology, address: PropertyAddress, request: Command, out: Output) => Promise<void>;

const ACTIONS: Record<Command['action'], Action> = {
  async get(topology, address, request, out) {
    const support = await topology.getSupport(address);
    const addresses = addressed(address, request, support, 'each');
    const answers: PropertyAnswer[] = [];
    for (const each of addresses) answers.push(await topology.getProperty(each));
    if (request.json) return out.json(answers.length === 1 ? answers[0] : answers);
    const texts = answers.map(answerText);
    out.line(new Set(texts).size === 1 ? texts[0]! : texts.join(' / '));
  },

  async set(topology, address, request, out) {
    const support = await topology.getSupport(address);
    const [target] = addressed(address, request, support, 'all');
    const answer = await topology.setProperty(target!, parseValue(request.value!, support));
    if (request.json) return out.json(answer);
    out.line(answer.value === null ? 'done' : answerText(answer));
  },

  async support(topology, address, request, out) {
    const support = await topology.getSupport(address);
    if (request.json) return out.json(support);
    const verbs = [support.get ? 'get' : '', support.set ? 'set' : ''].filter((verb) => verb !== '');
    out.line(`${support.property}: ${verbs.join(' and ') || 'nothing but support'}`);
    out.line(
      `  value ${support.layout}${support.valueType === null ? '' : ` (${support.valueType})`}, asked with ${support.input}`,
    );
    support.steppings.forEach(({ minimum, maximum, step }, channel) => {
      const range = [minimum, maximum].map((value) => valueText(value, support.unit)).join(' to ');
      const where = support.multichannel ? `channel ${channel}: ` : '';
      out.line(`  ${where}${range}${step === 0 ? '' : `, step ${valueText(step, support.unit)}`}`);
    });
    if (support.uniform) out.line('  one value for all channels');
  },
};

/**
 * The requests a command stands for. A per-channel property without a channel: a get asks each, a set means all. The
 * number after the @ is the channel, or the pin of a property about pin factories.
 */
function addressed(
  address: PropertyAddress,
  { at }: Command,
  { input, steppings, multichannel }: PropertySupport,
  without: 'each' | 'all',
): PropertyAddress[] {
  if (input === 'KSP_PIN') return [at === undefined ? address : { ...address, pin: at }];
  if (input !== 'KSNODEPROPERTY_AUDIO_CHANNEL') {
    if (at !== undefined) throw usageError(`${address.property} has no channels.`);
    return [address];
  }
  const channel = address.channel ?? at;
  if (channel !== undefined) return [{ ...address, channel }];
  if (without === 'all' || !multichannel || steppings.length === 0) return [{ ...address, channel: -1 }];
  return steppings.map((_, each) => ({ ...address, channel: each }));
}

/** Levels in dB, shares in percent, switches as on and off, the rest as JSON or plain text. */
function parseValue(text: string, { unit, layout, property }: PropertySupport): PropertyValue {
  if (/^[[{]/.test(text)) return parseJson(text);
  if (unit === 'level') return parseLevel(text);
  if (unit === 'percent') {
    const match = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text);
    if (!match) throw badValue(text, 'a share such as 50%');
    return Math.round((Number(match[1]) / 100) * FIXED_ONE);
  }
  if (layout === 'BOOL') {
    const on = ['on', 'true', 'yes', '1'].includes(text.toLowerCase());
    if (!on && !['off', 'false', 'no', '0'].includes(text.toLowerCase())) throw badValue(text, 'on or off');
    return on;
  }
  if (layout === 'none') throw badValue(text, `nothing: ${property} has no value`);
  return /^[+-]?(?:0x[0-9a-f]+|\d+(?:\.\d+)?)$/i.test(text) ? Number(text) : text;
}

function parseLevel(text: string): number {
  if (/^-inf(?:inity)?(?:\s*dB)?$/i.test(text)) return KS_LEVEL_SILENCE;
  const match = /^([+-]?\d+(?:\.\d+)?)(?:\s*dB)?$/i.exec(text);
  if (!match) throw badValue(text, 'a level in dB such as -6');
  return decibelsToKsLevel(decibels(Number(match[1])));
}

function parseJson(text: string): PropertyValue {
  try {
    return JSON.parse(text) as PropertyValue;
  } catch (error) {
    throw new PinwheelError(
      { code: 'bad-input', message: `“${text}” is no JSON.`, advice: 'Write lists and structures as JSON.' },
      { cause: error },
    );
  }
}

/** A success with a qualification is told. */
function answerText({ value, unit, status }: PropertyAnswer): string {
  return `${valueText(value, unit)}${status === 'STATUS_SUCCESS' ? '' : ` (${status})`}`;
}

function valueText(value: PropertyValue, unit: PropertyUnit | null): string {
  if (typeof value === 'number') {
    if (unit === 'level') {
      const level = ksLevelToDecibels(ksLevel(value));
      return `${level === -Infinity ? '-inf' : level.toFixed(1)} dB`;
    }
    return unit === 'percent' ? `${((value / FIXED_ONE) * 100).toFixed(1)} %` : String(value);
  }
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function badValue(text: string, expected: string): PinwheelError {
  return new PinwheelError({
    code: 'bad-input',
    message: `“${text}” is not a value here: give ${expected}.`,
  });
}

/** Driver developers look for the status. */
function withStatus(error: unknown): unknown {
  if (!(error instanceof PinwheelError) || error.status === undefined) return error;
  const record = error.toRecord();
  return new PinwheelError({ ...record, message: `${record.message} (${error.status})` }, { cause: error });
}
