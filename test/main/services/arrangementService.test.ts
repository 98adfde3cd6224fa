import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArrangementChange } from '../../../src/contract/services/arrangement.ts';
import { arrangementServiceImplementation } from '../../../src/main/services/arrangementService.ts';
import { StateStore } from '../../../src/main/settings/stateStore.ts';

const ARRANGEMENT = { positions: { 'filter:card/Wave': { x: 12, y: -4.5 } }, collapsed: ['card/Wave'] };

describe('arrangements', () => {
  let folder: string;
  let paths: { stateFile: string };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pwa-'));
    paths = { stateFile: path.join(folder, 'state.json') };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are kept per adapter over a restart, beside the levels', async () => {
    const store = await StateStore.open(paths);
    store.setNode('card', 'volume', { levels: [1, 2] });
    const service = arrangementServiceImplementation(store);
    await service.set('card', ARRANGEMENT);
    await service.set('away', { ...ARRANGEMENT, positions: {} });
    await store.dispose();

    const again = await StateStore.open(paths);
    expect(await arrangementServiceImplementation(again).getAll()).toEqual({
      card: ARRANGEMENT,
      away: { ...ARRANGEMENT, positions: {} },
    });
    expect(again.mixerDevice('card')).toEqual({ volume: { levels: [1, 2] } });
    expect(again.notices).toEqual([]);
    await again.dispose();
  });

  it('are told to everybody, and forgotten when they are empty', async () => {
    const store = await StateStore.open(paths);
    const service = arrangementServiceImplementation(store);
    const changes: ArrangementChange[] = [];
    service.onChange((change) => changes.push(change));
    await service.set('card', ARRANGEMENT);
    await service.set('card', { positions: {}, collapsed: [] });
    expect(changes.map(({ adapter, arrangement }) => [adapter, arrangement.collapsed.length])).toEqual([
      ['card', 1],
      ['card', 0],
    ]);
    expect(await service.getAll()).toEqual({});
    await store.dispose();
  });
});
