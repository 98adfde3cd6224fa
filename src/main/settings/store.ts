import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { toDisposable, type Disposable } from '../../contract/disposable.ts';
import { Emitter, type Event } from '../../contract/emitter.ts';
import type { Notice } from '../../contract/services/app.ts';
import {
  keepBackup,
  putAside,
  readIfPresent,
  removeLeftovers,
  watchFile,
  writeAtomically,
} from './jsonFile.ts';

/**
 * A JSON document on disk with a version, kept in memory while the program runs.
 *
 *   { "format": "pinwheel-settings", "version": 1, "data": { ... } }
 *
 * What was read is never thrown away: before a new version is written the old one becomes `FILE.bak`; a damaged file
 * is kept as `FILE.corrupt-N` while the backup takes over; a file written by a newer Pinwheel is not touched at all.
 * Two instances may share a file: the last write wins as a whole. With `watched`, what an editor or another instance
 * writes holds at once, as if it had been set here; what does not fit is told and changes nothing.
 */
export interface StoreDefinition<T> {
  path: string;
  /** Tells our file from somebody else's: `pinwheel-settings`. */
  format: string;
  /** What a person calls the content in a notice: “settings”. */
  title: string;
  version: number;
  schema: v.GenericSchema<unknown, T>;
  /** `migrations[n]` makes data of version n+1 out of data of version n; throwing means the file is damaged. */
  migrations?: Readonly<Record<number, (data: unknown) => unknown>>;
  /** What holds when there is no file. Must fit the schema. */
  defaults: () => T;
  /** Changes within this time are written together. */
  delayMs?: number;
  /** Whether the file is one that people edit: taken up when it changes on the disk. */
  watched?: boolean;
}

type Reading<T> =
  | { kind: 'missing' }
  | { kind: 'good'; data: T; migrated: boolean }
  | { kind: 'newer'; version: number; data: T | undefined }
  | { kind: 'damaged'; reason: string };

const envelopeSchema = v.looseObject({
  format: v.string(),
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  data: v.unknown(),
});

export class JsonStore<T> {
  readonly #definition: StoreDefinition<T>;
  readonly #changes = new Emitter<T>();
  readonly #noticeEmitter = new Emitter<Notice>();
  readonly #notices: Notice[] = [];
  #value: T;
  #readOnly = false;
  #dirty = false;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;
  #watch: Disposable = toDisposable(() => undefined);
  #watching = false;

  private constructor(definition: StoreDefinition<T>) {
    this.#definition = definition;
    this.#value = definition.defaults();
  }

  /** Reads the file. Never fails: what could not be read is told by a notice, and defaults hold. */
  static async open<T>(definition: StoreDefinition<T>): Promise<JsonStore<T>> {
    const store = new JsonStore(definition);
    await store.#load();
    store.#watchFile();
    return store;
  }

  get value(): T {
    return this.#value;
  }

  /** True when the file belongs to a newer Pinwheel: changes hold until the end of the program only. */
  get readOnly(): boolean {
    return this.#readOnly;
  }

  /** What the user should know about the file, oldest first. */
  get notices(): readonly Notice[] {
    return this.#notices;
  }

  readonly onNotice: Event<Notice> = (listener) => this.#noticeEmitter.event(listener);
  readonly onChange: Event<T> = (listener) => this.#changes.event(listener);

  /** Replaces the value, tells the listeners and saves soon. The value must not be modified afterwards. */
  replace(value: T): void {
    this.#value = value;
    this.#dirty = true;
    this.#changes.fire(value);
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => void this.flush(), this.#definition.delayMs ?? 250);
  }

  /** Resolves when everything that was changed before the call is on the disk, or a notice said why it is not. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#save());
    return this.#writing;
  }

  /** Saves what is unsaved. */
  async dispose(): Promise<void> {
    this.#closed = true;
    this.#watch.dispose();
    await this.flush();
    this.#changes.dispose();
    this.#noticeEmitter.dispose();
  }

  async #load(): Promise<void> {
    const { path, title } = this.#definition;
    await removeLeftovers(path);
    const current = await this.#read(path);
    switch (current.kind) {
      case 'good':
        this.#value = current.data;
        // Written in its new version soon, with the old one as backup.
        if (current.migrated) this.replace(current.data);
        return;
      case 'newer':
        this.#becomeReadOnly(current.version);
        if (current.data !== undefined) this.#value = current.data;
        return;
      case 'damaged':
        await this.#loadBackup(current.reason);
        return;
      case 'missing': {
        // Somebody took the file away but left the backup: better than nothing, and not worth a warning.
        const backup = await this.#read(this.#backupPath);
        if (backup.kind === 'good') {
          this.#value = backup.data;
          this.#notice('restored', 'info', `The ${title} file was missing; its backup is used (${path}).`);
          this.replace(backup.data);
        }
        return;
      }
    }
  }

  async #loadBackup(reason: string): Promise<void> {
    const { path, title } = this.#definition;
    const kept = await this.#putAside(path);
    const backup = await this.#read(this.#backupPath);
    if (backup.kind === 'good') {
      this.#value = backup.data;
      this.#notice(
        'damaged',
        'warning',
        `The ${title} file was damaged (${reason}). The last good version is used; the damaged file is kept as ${kept}.`,
      );
      this.replace(backup.data);
      return;
    }
    if (backup.kind === 'damaged') await this.#putAside(this.#backupPath);
    this.#notice(
      'damaged',
      'warning',
      `The ${title} file was damaged (${reason}) and there is no good backup. ` +
        `Pinwheel starts with defaults; the damaged file is kept as ${kept}.`,
    );
  }

  async #save(): Promise<void> {
    if (!this.#dirty || this.#readOnly) return;
    this.#dirty = false;
    const { path, format, version, title } = this.#definition;
    const text = `${JSON.stringify({ format, version, data: this.#value }, undefined, 2)}\n`;
    try {
      // Another instance may have written, or something damaged, the file since we read it.
      const current = await this.#read(path);
      if (current.kind === 'newer') {
        this.#becomeReadOnly(current.version);
        return;
      }
      if (current.kind === 'good') await keepBackup(path, this.#backupPath);
      if (current.kind === 'damaged') {
        const kept = await this.#putAside(path);
        this.#notice(
          'damaged',
          'warning',
          `The ${title} file had been damaged (${current.reason}). It was written again; the damaged one is kept as ${kept}.`,
        );
      }
      await writeAtomically(path, text);
      this.#watchFile();
    } catch (error) {
      // The next change tries again.
      this.#dirty = true;
      this.#notice('unsaved', 'warning', `The ${title} could not be saved: ${messageOf(error)}.`);
    }
  }

  /** Where there is no directory yet, the first save makes it, and calls again. */
  #watchFile(): void {
    if (this.#watching || this.#closed || this.#definition.watched !== true) return;
    const watch = watchFile(this.#definition.path, () => {
      this.#writing = this.#writing.then(() => this.#takeUp());
    });
    if (watch === undefined) return;
    this.#watching = true;
    this.#watch = watch;
  }

  /** The file changed on the disk, perhaps by our own hand. */
  async #takeUp(): Promise<void> {
    // What was changed here meanwhile wins: it is written soon.
    if (this.#dirty || this.#closed) return;
    const { path, title } = this.#definition;
    const found = await this.#read(path);
    if (this.#dirty || this.#closed) return;
    switch (found.kind) {
      case 'missing':
        return;
      case 'good':
        if (
          this.#notices.some((notice) => notice.id === this.#noticeId('unfit') && notice.severity !== 'info')
        )
          this.#notice('unfit', 'info', `The ${title} file can be used again.`);
        if (isDeepStrictEqual(found.data, this.#value)) return;
        this.#value = found.data;
        this.#changes.fire(found.data);
        return;
      case 'newer':
        this.#becomeReadOnly(found.version);
        return;
      case 'damaged':
        // Left where it is: whoever edits it is not done with it.
        this.#notice(
          'unfit',
          'warning',
          `The ${title} file was changed and cannot be used: ${found.reason}. What held before still holds (${path}).`,
        );
        return;
    }
  }

  async #read(path: string): Promise<Reading<T>> {
    try {
      const text = await readIfPresent(path);
      return text === undefined ? { kind: 'missing' } : this.#parse(text);
    } catch (error) {
      return { kind: 'damaged', reason: messageOf(error) };
    }
  }

  #parse(text: string): Reading<T> {
    const { format, version, schema, migrations } = this.#definition;
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch (error) {
      return { kind: 'damaged', reason: text.length === 0 ? 'it is empty' : notJson(error) };
    }
    const envelope = v.safeParse(envelopeSchema, document);
    if (!envelope.success || envelope.output.format !== format) {
      return { kind: 'damaged', reason: `it is not a ${format} document` };
    }
    if (envelope.output.version > version) {
      const readable = v.safeParse(schema, envelope.output.data);
      return {
        kind: 'newer',
        version: envelope.output.version,
        data: readable.success ? readable.output : undefined,
      };
    }
    let data = envelope.output.data;
    try {
      for (let from = envelope.output.version; from < version; from++) {
        const migrate = migrations?.[from];
        if (!migrate) return { kind: 'damaged', reason: `version ${from} cannot be read any more` };
        data = migrate(data);
      }
    } catch (error) {
      return { kind: 'damaged', reason: messageOf(error) };
    }
    const parsed = v.safeParse(schema, data);
    if (parsed.success) {
      return { kind: 'good', data: parsed.output, migrated: envelope.output.version < version };
    }
    const where = v.getDotPath(parsed.issues[0]);
    return { kind: 'damaged', reason: `${where ? `“${where}”: ` : ''}${parsed.issues[0].message}` };
  }

  get #backupPath(): string {
    return `${this.#definition.path}.bak`;
  }

  async #putAside(path: string): Promise<string> {
    try {
      return (await putAside(path)) ?? path;
    } catch {
      // A read-only directory: the file stays, and cannot be overwritten either.
      return path;
    }
  }

  #becomeReadOnly(foundVersion: number): void {
    this.#readOnly = true;
    const { path, title } = this.#definition;
    this.#notice(
      'newer',
      'warning',
      `The ${title} file was written by a newer Pinwheel (version ${foundVersion} of the file). ` +
        `It is left as it is: changes are not saved (${path}).`,
    );
  }

  #noticeId(kind: string): string {
    return `${this.#definition.format}:${kind}`;
  }

  #notice(kind: string, severity: Notice['severity'], message: string): void {
    const notice: Notice = { id: this.#noticeId(kind), severity, message, dismissible: true };
    const same = this.#notices.findIndex((known) => known.id === notice.id);
    if (same >= 0) this.#notices.splice(same, 1);
    this.#notices.push(notice);
    this.#noticeEmitter.fire(notice);
  }
}

/** With what stands there, for who edited the file by hand. */
const notJson = (error: unknown): string =>
  `it is not JSON: ${messageOf(error)
    .replaceAll(/\s+/g, ' ')
    .replace(/,? is not valid JSON$/, '')}`;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
