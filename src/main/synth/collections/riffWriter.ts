/** Building RIFF files: nested parts whose sizes are known when they are closed. */

/** A chunk as its bytes, header and padding included. */
export function chunkOf(id: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return build(id, '', parts);
}

/** A LIST or RIFF chunk of a type. */
export function listOf(id: 'LIST' | 'RIFF', type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return build(id, type, parts);
}

/** LIST(INFO) of the texts that are not empty; nothing when all are. */
export function infoOf(texts: Readonly<Record<string, string>>): Uint8Array {
  const chunks = Object.entries(texts)
    .filter(([, text]) => text !== '')
    .map(([id, text]) => chunkOf(id, new TextEncoder().encode(`${text}\0`)));
  return chunks.length === 0 ? new Uint8Array(0) : listOf('LIST', 'INFO', ...chunks);
}

/** Little-endian numbers, each with its width in bytes. */
export function numbers(...fields: readonly (readonly [bytes: 1 | 2 | 4, value: number])[]): Uint8Array {
  const total = fields.reduce((sum, [bytes]) => sum + bytes, 0);
  const data = new Uint8Array(total);
  let at = 0;
  for (const [bytes, value] of fields) {
    for (let index = 0; index < bytes; index++) data[at++] = (value >> (8 * index)) & 0xff;
  }
  return data;
}

function build(id: string, type: string, parts: readonly Uint8Array[]): Uint8Array {
  const size = type.length + parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(8 + size + (size % 2));
  writeText(bytes, 0, id);
  bytes.set(numbers([4, size]), 4);
  writeText(bytes, 8, type);
  let at = 8 + type.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function writeText(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
}
