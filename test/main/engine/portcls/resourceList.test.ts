import { describe, expect, it } from 'vitest';
import { ResourceList, type ResourceDescriptor } from '../../../../src/main/engine/portcls/resourceList.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';

const port = (start: number): ResourceDescriptor => ({ type: 'port', start, length: 2 });
const interrupt = (start: number): ResourceDescriptor => ({ type: 'interrupt', start, length: 1 });

describe('resource list', () => {
  it('counts and finds within a type; a missing entry is undefined', () => {
    const list = ResourceList.of(
      [port(0x330), interrupt(40), port(0x388)],
      [port(0x330), interrupt(5), port(0x388)],
    );
    expect(list.numberOfEntries()).toBe(3);
    expect(list.numberOfEntries('port')).toBe(2);
    expect(list.numberOfEntries('dma')).toBe(0);
    expect(list.findTranslatedEntry('port', 1)).toEqual(port(0x388));
    expect(list.findTranslatedEntry('interrupt', 0)).toEqual(interrupt(40));
    expect(list.findUntranslatedEntry('interrupt', 0)).toEqual(interrupt(5));
    expect(list.findTranslatedEntry('interrupt', 1)).toBeUndefined();
  });

  it('a sublist takes entries of its parent up to its size', () => {
    const parent = ResourceList.of([port(0x220), port(0x330), interrupt(5)]);
    const sublist = ResourceList.sublist(2);
    sublist.addEntryFromParent(parent, 'port', 1);
    sublist.addEntryFromParent(parent, 'interrupt', 0);
    expect(sublist.translatedList).toEqual([port(0x330), interrupt(5)]);
    expect(statusOf(() => sublist.addEntryFromParent(parent, 'port', 0))).toBe(
      'STATUS_INSUFFICIENT_RESOURCES',
    );
    expect(statusOf(() => ResourceList.sublist(1).addEntryFromParent(parent, 'port', 2))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(sublist.numberOfEntries()).toBe(2);
  });

  it('refuses lists that do not match', () => {
    expect(statusOf(() => ResourceList.of([port(1)], []))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => ResourceList.of([port(1)], [interrupt(1)]))).toBe('STATUS_INVALID_PARAMETER');
  });
});
