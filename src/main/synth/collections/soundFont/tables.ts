/** The nine tables of a SoundFont's pdta list: arrays of records of fixed size, the last of which ends the array. */
import type { Chunk, RiffFile } from '../riff.ts';

/** One table. Records are read straight from the file. */
export interface Table {
  readonly chunk: Chunk;
  readonly recordBytes: number;
  /** Records without the last one, which only says where the others end. */
  readonly count: number;
}

export interface Tables {
  readonly presets: Table;
  readonly presetZones: Table;
  readonly presetModulators: Table;
  readonly presetGenerators: Table;
  readonly instruments: Table;
  readonly instrumentZones: Table;
  readonly instrumentModulators: Table;
  readonly instrumentGenerators: Table;
  readonly samples: Table;
}

/** SoundFont 2.04 7. Throws `bad-input` where a table is missing, empty or not made of whole records. */
export function readTables(file: RiffFile, pdta: Chunk): Tables {
  const chunks = new Map<string, Chunk>();
  for (const chunk of file.children(pdta)) if (!chunks.has(chunk.id)) chunks.set(chunk.id, chunk);
  const table = (id: string, recordBytes: number): Table => {
    const chunk = chunks.get(id);
    if (chunk === undefined) throw file.error(pdta, pdta.offset, `has no “${id}” chunk`);
    const bytes = chunk.end - chunk.start;
    if (bytes === 0 || bytes % recordBytes !== 0) {
      throw file.error(
        chunk,
        chunk.offset + 4,
        `has ${bytes} bytes, not one or more records of ${recordBytes}`,
      );
    }
    return { chunk, recordBytes, count: bytes / recordBytes - 1 };
  };
  return {
    presets: table('phdr', 38),
    presetZones: table('pbag', 4),
    presetModulators: table('pmod', 10),
    presetGenerators: table('pgen', 4),
    instruments: table('inst', 22),
    instrumentZones: table('ibag', 4),
    instrumentModulators: table('imod', 10),
    instrumentGenerators: table('igen', 4),
    samples: table('shdr', 46),
  };
}

/** Byte offset of a record; `index` may be the count, for the last one. */
export function recordAt(table: Table, index: number): number {
  return table.chunk.start + index * table.recordBytes;
}

export interface IndexRange {
  readonly first: number;
  readonly end: number;
}

/**
 * The records of `target` that belong to record `index` of `table`: from the index in its field to the one in the next
 * record's. Throws `bad-input` unless the indices rise and stay inside the table.
 */
export function rangeOf(
  file: RiffFile,
  table: Table,
  index: number,
  fieldOffset: number,
  target: Table,
): IndexRange {
  const at = recordAt(table, index) + fieldOffset;
  const first = file.u16(at);
  const end = file.u16(at + table.recordBytes);
  if (first > end || end > target.count) {
    throw file.error(
      table.chunk,
      at,
      `record ${index} has entries ${first} to ${end} of “${target.chunk.id}”, which has ${target.count}`,
    );
  }
  return { first, end };
}
