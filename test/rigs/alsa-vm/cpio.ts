/** A cpio archive in the "newc" form, as the Linux kernel takes it for its first root file system. */

export interface CpioEntry {
  /** Relative to the root, without a slash at the start; its directories are entries of their own, before it. */
  path: string;
  /** Type and permissions, as in `st_mode`. */
  mode: number;
  content?: Uint8Array;
}

const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

export const directory = (path: string): CpioEntry => ({ path, mode: S_IFDIR | 0o755 });

export const file = (path: string, content: Uint8Array | string, permissions = 0o644): CpioEntry => ({
  path,
  mode: S_IFREG | permissions,
  content: typeof content === 'string' ? Buffer.from(content) : content,
});

export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const parts: Uint8Array[] = [];
  [...entries, { path: 'TRAILER!!!', mode: 0 }].forEach((entry, index) => {
    const name = Buffer.from(`${entry.path}\0`);
    const content = entry.content ?? new Uint8Array();
    const links = 1;
    // inode, mode, uid, gid, nlink, mtime, size, device (2), device it stands for (2), name size, checksum (unused)
    const fields = [index, entry.mode, 0, 0, links, 0, content.length, 0, 0, 0, 0, name.length, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
    parts.push(...padded(Buffer.concat([Buffer.from(header), name])), ...padded(content));
  });
  return Buffer.concat(parts);
}

/** Headers and contents begin at multiples of four. */
function padded(bytes: Uint8Array): Uint8Array[] {
  return [bytes, new Uint8Array(-bytes.length & 3)];
}
