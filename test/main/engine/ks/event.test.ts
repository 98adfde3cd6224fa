import { describe, expect, it } from 'vitest';
import {
  eventItem,
  KSEVENT_CONTROL_CHANGE,
  KSEVENT_PINCAPS_FORMATCHANGE,
  type EventItem,
  type EventRequest,
} from '../../../../src/main/engine/ks/event.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { KSEVENTSETID, KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import { AutomationTable, NO_NODE } from '../../../../src/main/engine/ks/property.ts';
import { KsError } from '../../../../src/main/engine/ks/status.ts';
import {
  dispatchEventBytes,
  dispatchMethodBytes,
  KSEVENT_TYPE,
} from '../../../../src/main/engine/ks/wire/eventRequest.ts';
import { concat, GUID_LAYOUT, ULONG } from '../../../../src/main/engine/ks/wire/layout.ts';
import { ksFilter, MINIPORT, statusOf, streamPin } from '../../../support/ksFilter.ts';
import { jack } from '../../../support/testFilters.ts';

const FORMAT = pcmFormat(2, 48_000, 16);

function filterWithEvents(item: EventItem = eventItem(KSEVENT_CONTROL_CHANGE)) {
  const automation = new AutomationTable([], [item]);
  const node = (nameText: string) => ({ type: KSNODETYPE.DAC, name: null, nameText, automation });
  const pinAutomation = new AutomationTable([], [eventItem(KSEVENT_PINCAPS_FORMATCHANGE)]);
  return ksFilter({
    pins: [streamPin(4, { automation: pinAutomation }), jack('OUT', KSNODETYPE.SPEAKER)],
    nodes: [node('A'), node('B')],
  });
}

describe('enabling events', () => {
  it('tells every enabling of the node, until it is disabled', () => {
    const { filter, events } = filterWithEvents();
    const heard: string[] = [];
    const first = filter.enableEvent(KSEVENT_CONTROL_CHANGE, { node: 0 }, () => heard.push('first'));
    filter.enableEvent(KSEVENT_CONTROL_CHANGE, { node: 0 }, () => heard.push('second'));
    filter.enableEvent(KSEVENT_CONTROL_CHANGE, { node: 1 }, () => heard.push('other node'));
    events.generate(0);
    first.dispose();
    first.dispose();
    events.generate(0);
    expect(heard).toEqual(['first', 'second', 'second']);
  });

  it('ends a one-shot enabling with its first signal', () => {
    const { filter, events } = filterWithEvents();
    let heard = 0;
    filter.enableEvent(KSEVENT_CONTROL_CHANGE, { node: 0, oneShot: true }, () => heard++);
    events.generate(0);
    events.generate(0);
    expect(heard).toBe(1);
  });

  it('asks the handler with ADD, REMOVE and SUPPORT and tells it who asks', () => {
    const requests: EventRequest[] = [];
    const { filter, events } = filterWithEvents({
      event: KSEVENT_CONTROL_CHANGE,
      handler: (request) => {
        requests.push(request);
        if (request.verb === 'ADD') events.addEventToEventList(request.entry!);
      },
    });
    const pin = filter.createPin(0, FORMAT);
    pin.enableEvent(KSEVENT_CONTROL_CHANGE, { node: 1 }, () => undefined).dispose();
    dispatchEventBytes(filter, eventBytes(KSEVENT_TYPE.BASICSUPPORT, 0), () => undefined);
    expect(requests.map(({ verb }) => verb)).toEqual(['ADD', 'REMOVE', 'SUPPORT']);
    expect(requests[0]).toMatchObject({ majorTarget: MINIPORT, minorTarget: { name: 'stream 1' }, node: 1 });
    expect(requests[1]!.entry).toBe(requests[0]!.entry);
    expect(requests[2]).toMatchObject({ minorTarget: undefined, entry: undefined });
  });

  it('does not tell an entry that its handler never put on the list', () => {
    const { filter, events } = filterWithEvents({ event: KSEVENT_CONTROL_CHANGE, handler: () => undefined });
    let heard = 0;
    filter.enableEvent(KSEVENT_CONTROL_CHANGE, { node: 0 }, () => heard++);
    events.generate(0);
    expect(heard).toBe(0);
  });

  it('refuses the bare filter, unknown nodes and events, one shot where there is none, and what the driver refuses', () => {
    const refusing = filterWithEvents({
      event: KSEVENT_CONTROL_CHANGE,
      oneShot: false,
      handler: () => {
        throw new KsError('STATUS_INSUFFICIENT_RESOURCES', 'No more events.');
      },
    }).filter;
    const enable = (options: { node?: number; oneShot?: boolean }, event = KSEVENT_CONTROL_CHANGE) =>
      statusOf(() => refusing.enableEvent(event, options, () => undefined));
    expect(enable({})).toBe('STATUS_INVALID_DEVICE_REQUEST');
    expect(enable({ node: 7 })).toBe('STATUS_INVALID_PARAMETER');
    expect(enable({ node: 0 }, KSEVENT_PINCAPS_FORMATCHANGE)).toBe('STATUS_NOT_FOUND');
    expect(enable({ node: 0, oneShot: true })).toBe('STATUS_INVALID_DEVICE_REQUEST');
    expect(enable({ node: 0 })).toBe('STATUS_INSUFFICIENT_RESOURCES');
    expect(refusing.enabledEvents.size).toBe(0);
  });

  it('ends with the handle: a closed pin and a removed filter hear nothing', () => {
    const { filter, events } = filterWithEvents();
    const heard: string[] = [];
    const pin = filter.createPin(0, FORMAT);
    pin.enableEvent(KSEVENT_PINCAPS_FORMATCHANGE, {}, () => heard.push('pin'));
    pin.enableEvent(KSEVENT_CONTROL_CHANGE, { node: 0 }, () => heard.push('node on pin'));
    filter.enableEvent(KSEVENT_CONTROL_CHANGE, { node: 0 }, () => heard.push('filter'));
    events.generateEventList({});
    pin.close();
    events.generateEventList({});
    filter.remove('gone');
    events.generateEventList({});
    expect(heard).toEqual(['pin', 'node on pin', 'filter', 'filter']);
  });
});

describe('GenerateEventList', () => {
  function everywhere() {
    const { filter, events } = filterWithEvents();
    const heard: string[] = [];
    const pin = filter.createPin(0, FORMAT);
    filter.enableEvent(KSEVENT_CONTROL_CHANGE, { node: 0 }, () => heard.push('node 0'));
    filter.enableEvent(KSEVENT_CONTROL_CHANGE, { node: 1 }, () => heard.push('node 1'));
    pin.enableEvent(KSEVENT_CONTROL_CHANGE, { node: 1 }, () => heard.push('pin node 1'));
    pin.enableEvent(KSEVENT_PINCAPS_FORMATCHANGE, {}, () => heard.push('pin format'));
    return { events, heard };
  }

  it.each([
    ['everything', {}, ['node 0', 'node 1', 'pin node 1', 'pin format']],
    ['a set', { set: KSEVENTSETID.PinCapsChange }, ['pin format']],
    ['a set and id', { set: KSEVENTSETID.PinCapsChange, id: 1 }, []],
    ['a node', { node: 1 }, ['node 1', 'pin node 1']],
    ['any node', { node: 'any' as const }, ['node 0', 'node 1', 'pin node 1']],
    ['a pin', { pin: 0 }, ['pin node 1', 'pin format']],
    ['any pin', { pin: 'any' as const }, ['pin node 1', 'pin format']],
    ['another pin', { pin: 1 }, []],
    ['a node on a pin', { pin: 0, node: 1 }, ['pin node 1']],
  ])('signals %s', (_what, selection, expected) => {
    const { events, heard } = everywhere();
    events.generateEventList(selection);
    expect(heard).toEqual(expected);
  });

  it('tells listeners inside the engine which control changed, without enabling', () => {
    const { events } = everywhere();
    const nodes: number[] = [];
    events.onControlChange(({ node }) => nodes.push(node));
    events.generate(3);
    events.generateEventList({ set: KSEVENT_CONTROL_CHANGE.set });
    events.generateEventList({ set: KSEVENTSETID.PinCapsChange, node: 1 });
    events.generateEventList({ node: 2 });
    expect(nodes).toEqual([3, NO_NODE, 2]);
  });
});

function eventBytes(verb: number, node?: number, set = KSEVENT_CONTROL_CHANGE.set): Uint8Array {
  const flags = node === undefined ? verb : verb | KSEVENT_TYPE.TOPOLOGY;
  const tail = node === undefined ? [] : [ULONG.encode(node), ULONG.encode(0)];
  return concat([GUID_LAYOUT.encode(set), ULONG.encode(0), ULONG.encode(flags >>> 0), ...tail]);
}

describe('events in bytes', () => {
  it('enable, signal and disable', () => {
    const { filter, events } = filterWithEvents();
    let heard = 0;
    const answer = dispatchEventBytes(filter, eventBytes(KSEVENT_TYPE.ENABLE, 1), () => heard++);
    expect(answer.status).toBe('STATUS_SUCCESS');
    events.generate(1);
    answer.enabled?.dispose();
    events.generate(1);
    expect(heard).toBe(1);
  });

  it.each([
    ['support of a set that is there', eventBytes(KSEVENT_TYPE.SETSUPPORT, 0), 'STATUS_SUCCESS'],
    [
      'support of another set',
      eventBytes(KSEVENT_TYPE.SETSUPPORT, 0, KSEVENTSETID.PinCapsChange),
      'STATUS_NOT_FOUND',
    ],
    ['basic support', eventBytes(KSEVENT_TYPE.BASICSUPPORT, 0), 'STATUS_SUCCESS'],
    ['one shot', eventBytes(KSEVENT_TYPE.ONESHOT, 0), 'STATUS_SUCCESS'],
    ['the bare filter', eventBytes(KSEVENT_TYPE.ENABLE), 'STATUS_INVALID_DEVICE_REQUEST'],
    ['buffered events', eventBytes(KSEVENT_TYPE.ENABLEBUFFERED, 0), 'STATUS_INVALID_DEVICE_REQUEST'],
    ['an unknown node', eventBytes(KSEVENT_TYPE.ENABLE, 9), 'STATUS_INVALID_PARAMETER'],
    ['a short input', eventBytes(KSEVENT_TYPE.ENABLE, 0).subarray(0, 31), 'STATUS_BUFFER_TOO_SMALL'],
    ['an empty input', new Uint8Array(0), 'STATUS_BUFFER_TOO_SMALL'],
  ])('answer %s', (_what, input, status) => {
    const { filter } = filterWithEvents();
    expect(dispatchEventBytes(filter, input, () => undefined).status).toBe(status);
  });

  it('have no methods beside them', () => {
    expect(dispatchMethodBytes().status).toBe('STATUS_INVALID_DEVICE_REQUEST');
  });
});
