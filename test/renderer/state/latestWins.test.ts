import { describe, expect, it } from 'vitest';
import { LatestWins } from '../../../src/renderer/state/latestWins.ts';

/** A slow receiver whose answers the test gives. */
function receiver() {
  const open: { value: number; answer: (result: string) => void; refuse: (error: Error) => void }[] = [];
  const settled: string[] = [];
  const failed: unknown[] = [];
  const setter = new LatestWins<number, string>(
    (value) => new Promise((answer, refuse) => open.push({ value, answer, refuse })),
    (result) => settled.push(result),
    (error) => failed.push(error),
  );
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  return { open, settled, failed, setter, turn };
}

describe('latest wins', () => {
  it('has one request in flight and sends only the newest of the rest', async () => {
    const { open, settled, setter, turn } = receiver();
    for (let value = 1; value <= 5; value++) setter.push(value);
    expect(open.map(({ value }) => value)).toEqual([1]);
    open[0]!.answer('one');
    await turn();
    expect(open.map(({ value }) => value)).toEqual([1, 5]);
    expect(settled).toEqual([]);
    expect(setter.busy).toBe(true);
    open[1]!.answer('five');
    await turn();
    expect(settled).toEqual(['five']);
    expect(setter.busy).toBe(false);
  });

  it('sends what waits although the one before was refused, and reports the last outcome only', async () => {
    const { open, settled, failed, setter, turn } = receiver();
    setter.push(1);
    setter.push(2);
    open[0]!.refuse(new Error('no'));
    await turn();
    open[1]!.answer('two');
    await turn();
    expect(failed).toEqual([]);
    expect(settled).toEqual(['two']);
  });

  it('reports a refusal that nothing follows', async () => {
    const { open, failed, setter, turn } = receiver();
    setter.push(1);
    open[0]!.refuse(new Error('gone'));
    await turn();
    expect(failed).toEqual([new Error('gone')]);
    expect(setter.busy).toBe(false);
    setter.push(2);
    expect(open).toHaveLength(2);
  });
});
