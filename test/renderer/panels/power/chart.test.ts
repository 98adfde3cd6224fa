import { expect, it } from 'vitest';
import type { PowerChange } from '../../../../src/contract/services/power.ts';
import { shares, stretches } from '../../../../src/renderer/panels/power/chart.ts';

const change = (seconds: number, state: PowerChange['state']): PowerChange => ({
  seconds,
  state,
  reason: 'request',
});

it('draws what lies in the last ten minutes, up to now', () => {
  const history = [change(0, 'D0'), change(500, 'D3'), change(850, 'D1')];
  const parts = stretches(history, 1000);
  expect(parts.map(({ change: { state }, from, to }) => [state, from, to])).toEqual([
    ['D0', 0, 1 - 500 / 600],
    ['D3', 1 - 500 / 600, 0.75],
    ['D1', 0.75, 1],
  ]);
});

it('leaves out what was over before, and the time before the first change', () => {
  expect(stretches([change(0, 'D0'), change(100, 'D3')], 1000)).toMatchObject([{ from: 0, to: 1 }]);
  expect(stretches([change(700, 'D0')], 1000)).toMatchObject([{ from: 0.5, to: 1 }]);
});

it('tells the shares of the known time', () => {
  const parts = stretches([change(800, 'D0'), change(900, 'D3'), change(950, 'D0')], 1000);
  const found = shares(parts);
  expect(found.get('D0')).toBeCloseTo(0.75, 9);
  expect(found.get('D3')).toBeCloseTo(0.25, 9);
});
