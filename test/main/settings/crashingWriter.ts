/**
 * A program that saves numbered states and is killed, without a chance to clean up, right before its Nth file system
 * operation. Arguments: the directory, N, the first number. It prints every number whose saving was confirmed.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [directory, count, first] = process.argv.slice(2);
let left = Number(count);

const step = (): void => {
  if (left-- === 0) process.kill(process.pid, 'SIGKILL');
};
type Operation = (...args: unknown[]) => Promise<unknown>;
const counted = (operation: Operation): Operation => {
  return (...args) => {
    step();
    return operation(...args);
  };
};

const operations = fs as unknown as Record<string, Operation>;
for (const name of ['link', 'rename', 'unlink', 'mkdir', 'copyFile']) {
  operations[name] = counted(operations[name]!);
}
const open = fs.open.bind(fs);
operations['open'] = async (...args) => {
  step();
  const handle = await open(...(args as Parameters<typeof open>));
  for (const name of ['writeFile', 'sync', 'close'] as const) {
    const operation = (handle[name] as unknown as Operation).bind(handle);
    Object.assign(handle, { [name]: counted(operation) });
  }
  return handle;
};
syncBuiltinESMExports();

const { StateStore } = await import('../../../src/main/settings/stateStore.ts');
const store = await StateStore.open({ stateFile: `${directory}/state.json` });
for (let number = Number(first); number < Number(first) + 3; number++) {
  store.setNode('card', 'master', { levels: [-number] });
  await store.flush();
  process.stdout.write(`${number}\n`);
}
process.stdout.write('done\n');
