import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** All garbage is gone, also what finalizers and weak references held until another turn. */
export async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Bytes that something holds, in the heap and beside it. */
export async function heldBytes(): Promise<number> {
  await collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** How many objects of a class something holds. */
export function objectsOf(constructor: abstract new (...args: never[]) => object): number {
  return queryObjects(constructor, { format: 'count' });
}
