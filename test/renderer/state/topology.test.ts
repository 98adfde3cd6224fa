import { afterEach, describe, expect, it } from 'vitest';
import type { PropertyAddress, TopologySnapshot } from '../../../src/contract/services/topology.ts';
import { Link } from '../../../src/renderer/state/link.svelte.ts';
import { TopologyStore } from '../../../src/renderer/state/topology.svelte.ts';
import { largeTopology } from '../../support/largeTopology.ts';
import { ContractServer, until } from './contractServer.ts';

const LEVEL = { filter: 'card1/TopologyRender', node: 0, property: 'KSPROPERTY_AUDIO_VOLUMELEVEL' };

function studio() {
  const server = new ContractServer();
  const snapshot: TopologySnapshot = { ...largeTopology({ cards: 2, strips: 1, inputs: 1 }), revision: 4 };
  const asked: PropertyAddress[] = [];
  const levels = [0, -0x10000];
  server.topology = {
    ...server.topology,
    getSnapshot: () => snapshot,
    getSupport: (address) => ({
      property: address.property,
      get: true,
      set: true,
      layout: 'LONG',
      input: 'KSNODEPROPERTY_AUDIO_CHANNEL',
      unit: 'level',
      valueType: 'VT_I4',
      steppings: levels.map(() => ({ minimum: -100, maximum: 0, step: 1 })),
      multichannel: true,
      uniform: false,
    }),
    getProperty: (address) => {
      asked.push(address);
      return {
        property: address.property,
        status: 'STATUS_SUCCESS',
        value: levels[address.channel!]!,
        unit: 'level',
      };
    },
  };
  const errors: unknown[] = [];
  const link = new Link(server.open);
  const store = new TopologyStore(link, (error) => errors.push(error));
  link.retry();
  return { server, link, store, snapshot, levels, asked, errors };
}

const file = (name: string, content: unknown) =>
  new File([typeof content === 'string' ? content : JSON.stringify(content)], name);

describe('the topology store', () => {
  let open: ReturnType<typeof studio> | undefined;
  afterEach(() => open?.server.cut());
  const start = async () => {
    open = studio();
    await until(() => open!.store.snapshot !== undefined);
    return open;
  };

  it('follows changes, and reads everything anew when one was missed', async () => {
    const { server, store, snapshot } = await start();
    const [wave] = snapshot.filters;
    server.onTopology.fire({
      revision: 5,
      filters: [{ ...wave!, power: 'D3' }],
      order: null,
      adapters: null,
      connections: null,
    });
    await until(() => store.snapshot?.revision === 5);
    expect(store.snapshot!.filters[0]!.power).toBe('D3');
    snapshot.revision = 9;
    server.onTopology.fire({ revision: 9, filters: [], order: null, adapters: null, connections: null });
    await until(() => store.snapshot?.revision === 9);
    expect(store.snapshot!.filters[0]!.power).toBe('D0');
  });

  it('keeps positions per device, and shows what another panel moved', async () => {
    const { server, store } = await start();
    store.move('card1', { 'filter:card1/Wave': { x: 1, y: 2 } });
    store.move('card1', { 'filter:card1/TopologyRender': { x: 3, y: 4 } });
    store.setCollapsed(store.snapshot!.filters[0]!, true);
    await until(() => (server.arrangements.arrangements['card1']?.collapsed.length ?? 0) > 0);
    expect(server.arrangements.arrangements['card1']).toEqual({
      positions: { 'filter:card1/Wave': { x: 1, y: 2 }, 'filter:card1/TopologyRender': { x: 3, y: 4 } },
      collapsed: ['card1/Wave'],
    });
    const other = new Link(server.open);
    const second = new TopologyStore(other, () => {});
    other.retry();
    await until(() => second.collapsed.length > 0);
    expect(second.positions['filter:card1/Wave']).toEqual({ x: 1, y: 2 });
    store.setCollapsed(store.snapshot!.filters[0]!, false);
    store.arrangeAnew();
    expect(store.positions).toEqual({});
    await until(() => !('card1' in server.arrangements.arrangements));
  });

  it('shows a dump without touching what is kept, and comes back', async () => {
    const { server, store } = await start();
    await store.openDump(file('there.json', largeTopology({ cards: 1, strips: 3, inputs: 0 })));
    expect(store.dump?.name).toBe('there.json');
    expect(store.snapshot!.filters).toHaveLength(3);
    store.move('card1', { 'filter:card1/Wave': { x: 9, y: 9 } });
    expect(store.positions).toEqual({ 'filter:card1/Wave': { x: 9, y: 9 } });
    store.closeDump();
    expect(store.snapshot!.filters).toHaveLength(6);
    expect(store.positions).toEqual({});
    expect(server.arrangements.arrangements).toEqual({});
  });

  it('reports a file that is no dump and shows what it showed', async () => {
    const { store, errors } = await start();
    await store.openDump(file('song.mid', 'MThd'));
    expect(store.dump).toBeUndefined();
    expect(errors).toHaveLength(1);
    expect(String(errors[0])).toContain('song.mid');
  });

  it('reads the faces of nodes for every channel, and again when they change', async () => {
    const { server, store, levels, asked } = await start();
    const face = store.faces.of(LEVEL);
    expect(store.faces.of({ ...LEVEL })).toBe(face);
    await until(() => face.values !== undefined);
    expect(face.values).toEqual([0, -0x10000]);
    levels[0] = -5;
    server.onNode.fire({ filter: 'card1/TopologyRender', node: 3 });
    server.onNode.fire({ filter: 'card1/TopologyRender', node: 0 });
    await until(() => face.values?.[0] === -5);
    expect(asked.every(({ node }) => node === 0)).toBe(true);
  });
});
