/** The mixer's profiles: saved, applied, renamed, removed, exported and imported. */
import { PinwheelError } from '../../contract/errors.ts';
import type { ProfilesState } from '../../contract/services/profiles.ts';
import { saveFile } from '../components/saveFile.ts';
import { text } from '../text.ts';
import type { Link } from './link.svelte.ts';

/** A profile is a few hundred kilobytes at most. */
const LARGEST_FILE_BYTES = 16 * 1024 * 1024;

export class ProfilesStore {
  state = $state.raw<ProfilesState>({ profiles: [], current: null });
  readonly #link: Link;
  readonly #onError: (error: unknown) => void;

  constructor(link: Link, onError: (error: unknown) => void) {
    this.#link = link;
    this.#onError = onError;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.profiles.onState((state) => (this.state = state)));
      this.state = await services.profiles.getState();
    });
  }

  save(name: string): void {
    this.#try((profiles) => profiles.save(name));
  }

  apply(name: string): void {
    this.#try(async (profiles) => {
      const { skipped } = await profiles.apply(name);
      const [first] = skipped;
      if (first === undefined) return;
      throw new PinwheelError({
        code: 'device-unavailable',
        message: text.profiles.skipped(name, first, skipped.length - 1),
      });
    });
  }

  rename(from: string, to: string): void {
    this.#try((profiles) => profiles.rename(from, to));
  }

  remove(name: string): void {
    this.#try((profiles) => profiles.remove(name));
  }

  export(name: string): void {
    this.#try(async (profiles) => {
      const json = JSON.stringify(await profiles.export(name), null, 2);
      saveFile(text.profiles.fileName(name), new Blob([json], { type: 'application/json' }));
    });
  }

  import(file: File): void {
    this.#try(async (profiles) => profiles.import(await readJson(file)));
  }

  #try(act: (profiles: Link['services']['profiles']) => Promise<unknown>): void {
    Promise.resolve()
      .then(() => act(this.#link.services.profiles))
      .catch(this.#onError);
  }
}

/** @throws PinwheelError `bad-input` */
async function readJson(file: File): Promise<unknown> {
  try {
    if (file.size <= LARGEST_FILE_BYTES) return JSON.parse(await file.text()) as unknown;
  } catch {
    // Said below.
  }
  throw new PinwheelError({
    code: 'bad-input',
    message: text.profiles.noFile(file.name),
    subject: file.name,
    advice: text.profiles.noFileAdvice,
  });
}
