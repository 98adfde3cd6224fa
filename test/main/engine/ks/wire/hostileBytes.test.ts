import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  KSEVENT_CONTROL_CHANGE,
  KSEVENT_PINCAPS_FORMATCHANGE,
  KSEVENT_PINCAPS_JACKINFOCHANGE,
} from '../../../../../src/main/engine/ks/event.ts';
import type { Filter } from '../../../../../src/main/engine/ks/filter.ts';
import { pcmFormat } from '../../../../../src/main/engine/ks/format.ts';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { AutomationTable, type PropertyItem } from '../../../../../src/main/engine/ks/property.ts';
import { KNOWN_PROPERTIES } from '../../../../../src/main/engine/ks/properties/index.ts';
import { isSuccess, KS_STATUS } from '../../../../../src/main/engine/ks/status.ts';
import { dispatchEventBytes, KSEVENT_TYPE } from '../../../../../src/main/engine/ks/wire/eventRequest.ts';
import { concat, GUID_LAYOUT, LONG, ULONG } from '../../../../../src/main/engine/ks/wire/layout.ts';
import { pinConnect, pinConnectLayout } from '../../../../../src/main/engine/ks/wire/pinConnect.ts';
import { dispatchBytes, KSPROPERTY_TYPE } from '../../../../../src/main/engine/ks/wire/request.ts';
import { completeNode, NODE_TYPES_WITH_PROPERTIES, nodeItems } from '../../../../support/completeNode.ts';
import { mutateBytes, mutated } from '../../../../support/mutations.ts';
import { ksFilter, statusOf } from '../../../../support/ksFilter.ts';
import { fuzz } from '../../../../support/fuzzing.ts';

/** One node of every type; counts what handlers changed. */
function everyNode() {
  let changes = 0;
  const counting = (item: PropertyItem): PropertyItem => ({
    ...item,
    ...(item.set && {
      set: (instance, value, context) => {
        const result = item.set!(instance, value, context);
        changes++;
        return result;
      },
    }),
  });
  const nodes = NODE_TYPES_WITH_PROPERTIES.map((type) => ({
    ...completeNode(type),
    automation: new AutomationTable(nodeItems(type).map(counting)),
  }));
  const { filter } = ksFilter({ nodes: [...nodes, completeNode(KSNODETYPE.SUM)] });
  return { filter, changes: () => changes };
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

/** Requests whose header is plausible, so that the handlers behind it are reached. */
const plausible = fc
  .record({
    property: fc.constantFrom(...KNOWN_PROPERTIES),
    verb: fc.oneof(fc.constantFrom(...Object.values(KSPROPERTY_TYPE)), fc.nat()),
    topology: fc.boolean(),
    node: fc.oneof(fc.nat(NODE_TYPES_WITH_PROPERTIES.length), fc.constant(0xffffffff)),
    tail: bytes(120),
    cut: fc.option(fc.nat(160)),
  })
  .map(({ property, verb, topology, node, tail, cut }) => {
    const flags = topology ? (verb | KSPROPERTY_TYPE.TOPOLOGY) >>> 0 : verb;
    const input = concat([
      GUID_LAYOUT.encode(property.set),
      ULONG.encode(property.id),
      ULONG.encode(flags),
      ...(topology ? [ULONG.encode(node), ULONG.encode(0)] : []),
      tail,
    ]);
    return cut === null ? input : input.subarray(0, cut);
  });

/** Sets and gets of properties their node has, with any instance and value. */
const addressed = (filter: Filter) =>
  fc
    .constantFrom(
      ...filter.descriptor.nodes.flatMap(({ automation }, node) =>
        (automation?.items ?? []).map(({ property }) => ({ property, node })),
      ),
    )
    .chain(({ property, node }) =>
      fc
        .record({
          verb: fc.constantFrom(KSPROPERTY_TYPE.GET, KSPROPERTY_TYPE.SET),
          channel: fc.integer({ min: -2, max: 3 }),
          tail: bytes(40),
        })
        .map(({ verb, channel, tail }) =>
          concat([
            GUID_LAYOUT.encode(property.set),
            ULONG.encode(property.id),
            ULONG.encode(verb | KSPROPERTY_TYPE.TOPOLOGY),
            ULONG.encode(node),
            ULONG.encode(0),
            LONG.encode(channel),
            tail,
          ]),
        ),
    );

/** Requests of events that exist, of nodes and of the target itself. */
const eventRequest = fc.oneof(
  bytes(60),
  fc
    .record({
      event: fc.constantFrom(
        KSEVENT_CONTROL_CHANGE,
        KSEVENT_PINCAPS_FORMATCHANGE,
        KSEVENT_PINCAPS_JACKINFOCHANGE,
      ),
      type: fc.oneof(fc.constantFrom(...Object.values(KSEVENT_TYPE)), fc.nat()),
      topology: fc.boolean(),
      node: fc.oneof(fc.nat(NODE_TYPES_WITH_PROPERTIES.length), fc.constant(0xffffffff)),
      tail: bytes(12),
    })
    .map(({ event, type, topology, node, tail }) =>
      concat([
        GUID_LAYOUT.encode(event.set),
        ULONG.encode(event.id),
        ULONG.encode(topology ? (type | KSEVENT_TYPE.TOPOLOGY) >>> 0 : type),
        ...(topology ? [ULONG.encode(node)] : []),
        tail,
      ]),
    ),
);

/** Create requests that were right before something befell them. */
const connectRequest = fc.oneof(
  bytes(200),
  mutated((pick) => {
    const format = pcmFormat(1 + pick(8), 48_000, 8 * (1 + pick(4)));
    return mutateBytes(pinConnectLayout.encode(pinConnect(pick(3), format)), pick);
  }),
);

describe('hostile bytes', () => {
  const { filter, changes } = everyNode();
  const pin = filter.createPin(0, pcmFormat(2, 48_000, 16));

  it(
    'never throw, answer a known status, and change nothing unless they succeed',
    { tags: 'fuzz' },
    async () => {
      const property = fc.property(
        fc.oneof(bytes(80), plausible, addressed(filter)),
        bytes(200),
        fc.boolean(),
        (input, value, onPin) => {
          const before = changes();
          const size = value.length;
          const answer = dispatchBytes(onPin ? pin : filter, input, value);
          expect(KS_STATUS[answer.status]).toBeDefined();
          expect(answer.output.length).toBeLessThanOrEqual(size);
          if (!isSuccess(answer.status)) {
            expect(changes()).toBe(before);
            expect(answer.output.length).toBe(0);
            if (answer.status !== 'STATUS_BUFFER_OVERFLOW') expect(answer.information).toBe(0);
          }
        },
      );
      await fuzz('ks/property-requests', property, { normal: 3_000, fuzz: 300_000 });
      // The generator reaches handlers, or the property says nothing.
      expect(changes()).toBeGreaterThan(0);
    },
  );

  it('never throw as event requests', { tags: 'fuzz' }, async () => {
    await fuzz(
      'ks/event-requests',
      fc.property(eventRequest, fc.boolean(), (input, onPin) => {
        const answer = dispatchEventBytes(onPin ? pin : filter, input, () => undefined);
        answer.enabled?.dispose();
        expect(KS_STATUS[answer.status]).toBeDefined();
      }),
      { normal: 100, fuzz: 100_000 },
    );
  });

  it('are no KSPIN_CONNECT: the create request is refused with a status', { tags: 'fuzz' }, async () => {
    await fuzz(
      'ks/pin-connect',
      fc.property(connectRequest, (input) => {
        statusOf(() => pinConnectLayout.decode(input));
      }),
      { normal: 100, fuzz: 100_000 },
    );
  });
});
