import { KERNEL_BASE64 } from './kernelBinary.js';
import type { Kernel } from './kernel.ts';
import { webAssembly, type KernelMemory } from './memory.ts';

/** The kernel as WebAssembly with 128-bit vectors, on `memory`. */
export function createWasmKernel(memory: KernelMemory): Kernel {
  const module = new webAssembly.Module(decodeBase64(KERNEL_BASE64));
  return new webAssembly.Instance(module, { env: { memory: memory.memory } }).exports as Kernel;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const values = new Uint8Array(128);
  for (let value = 0; value < 64; value++) values[DIGITS.charCodeAt(value)] = value;
  for (let from = 0, to = 0; from < text.length; from += 4) {
    const digit = (index: number): number => values[text.charCodeAt(from + index)]!;
    const group = (digit(0) << 18) | (digit(1) << 12) | (digit(2) << 6) | digit(3);
    bytes[to++] = group >> 16;
    bytes[to++] = group >> 8;
    bytes[to++] = group;
  }
  return bytes;
}
