/** Conditional chunks: small programs that say whether what surrounds them is to be read. DLS level 2 2.14. */
import type { Chunk, RiffFile } from '../riff.ts';

/** Answers of a synthesizer without memory of its own, by the first field of the DLSID. */
const QUERIES: ReadonlyMap<string, number> = new Map([
  // DLSID_GMInHardware, DLSID_GSInHardware, DLSID_XGInHardware
  ['178f2f24-c364-11d1-a760-0000f875ac12', 0],
  ['178f2f25-c364-11d1-a760-0000f875ac12', 0],
  ['178f2f26-c364-11d1-a760-0000f875ac12', 0],
  // DLSID_SupportsDLS1, DLSID_SupportsDLS2
  ['178f2f27-c364-11d1-a760-0000f875ac12', 1],
  ['f14599e5-4689-11d2-afa6-00aa0024d8b6', 1],
  // DLSID_SampleMemorySize
  ['178f2f28-c364-11d1-a760-0000f875ac12', 0x7fffffff],
  // DLSID_SamplePlaybackRate
  ['2a91f713-a4bf-11d2-bbdf-00600833dbd8', 48_000],
]);

const DEEPEST_STACK = 64;

/** DLS_CDL_xxx with two operands; the first is the one pushed last. */
const BINARY: ReadonlyMap<number, (x: number, y: number) => number> = new Map([
  [0x0001, (x: number, y: number) => x & y],
  [0x0002, (x: number, y: number) => x | y],
  [0x0003, (x: number, y: number) => x ^ y],
  [0x0004, (x: number, y: number) => x + y],
  [0x0005, (x: number, y: number) => x - y],
  [0x0006, (x: number, y: number) => Math.imul(x, y)],
  [0x0007, (x: number, y: number) => (y === 0 ? 0 : Math.floor(x / y))],
  [0x0008, (x: number, y: number) => Number(x !== 0 && y !== 0)],
  [0x0009, (x: number, y: number) => Number(x !== 0 || y !== 0)],
  [0x000a, (x: number, y: number) => Number(x < y)],
  [0x000b, (x: number, y: number) => Number(x <= y)],
  [0x000c, (x: number, y: number) => Number(x > y)],
  [0x000d, (x: number, y: number) => Number(x >= y)],
  [0x000e, (x: number, y: number) => Number(x === y)],
]);

const NOT = 0x000f;
const CONST = 0x0010;
const QUERY = 0x0011;
const QUERY_SUPPORTED = 0x0012;

/** Whether a cdl chunk's program leaves something other than 0. Throws `bad-input` for a program that is none. */
export function evaluateCondition(file: RiffFile, chunk: Chunk): boolean {
  const stack: number[] = [];
  let at = chunk.start;
  const pop = (): number => {
    const value = stack.pop();
    if (value === undefined) throw file.error(chunk, at, 'takes more values than it has');
    return value;
  };
  const push = (value: number): void => {
    if (stack.length >= DEEPEST_STACK) throw file.error(chunk, at, `holds more than ${DEEPEST_STACK} values`);
    stack.push(value >>> 0);
  };
  while (at < chunk.end) {
    file.need(chunk, at, 2);
    const opcode = file.u16(at);
    at += 2;
    const operation = BINARY.get(opcode);
    if (operation !== undefined) {
      const x = pop();
      push(operation(x, pop()));
    } else if (opcode === NOT) {
      push(Number(pop() === 0));
    } else if (opcode === CONST) {
      file.need(chunk, at, 4);
      push(file.u32(at));
      at += 4;
    } else if (opcode === QUERY || opcode === QUERY_SUPPORTED) {
      file.need(chunk, at, 16);
      const answer = QUERIES.get(readDlsid(file, at));
      at += 16;
      push(opcode === QUERY ? (answer ?? 0) : Number(answer !== undefined));
    } else {
      throw file.error(chunk, at - 2, `has the unknown operation 0x${opcode.toString(16)}`);
    }
  }
  return pop() !== 0;
}

function readDlsid(file: RiffFile, at: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const tail = Array.from({ length: 8 }, (_, index) => hex(file.u8(at + 8 + index), 2)).join('');
  return `${hex(file.u32(at), 8)}-${hex(file.u16(at + 4), 4)}-${hex(file.u16(at + 6), 4)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
