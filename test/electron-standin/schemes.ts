import type { CustomScheme } from 'electron';
import { NotImplementedError, onlyKnownOptions } from './strict.ts';

/**
 * Chromium from a package knows no schemes but its own. A page of `pinwheel://panel/x` is therefore shown at
 * `https://panel.pinwheel.standin.test/x`, an address that is answered by the scheme's handler and does not exist
 * anywhere else; whatever main sees or says is translated back. Like a scheme registered as standard and secure, that
 * address has an origin and is a secure context. It is the one thing that the page can tell from Electron.
 */
const SUFFIX = 'standin.test';

export type SchemeHandler = (request: Request) => Response | Promise<Response>;

export class Schemes {
  readonly #registered = new Set<string>();
  readonly #handlers = new Map<string, SchemeHandler>();
  #registrations = 0;

  /** “This method can only be used before the `ready` event of the `app` module gets emitted and can be called only once.” */
  register(schemes: readonly CustomScheme[]): void {
    if (this.#registrations++ > 0)
      throw new Error('protocol.registerSchemesAsPrivileged can be called only once');
    for (const { scheme, privileges = {} } of schemes) {
      onlyKnownOptions('protocol.registerSchemesAsPrivileged', privileges, [
        'standard',
        'secure',
        'supportFetchAPI',
        'codeCache',
      ]);
      if (!privileges.standard || !privileges.secure) {
        throw new NotImplementedError('a scheme that is not standard and secure');
      }
      this.#registered.add(scheme);
    }
  }

  handle(scheme: string, handler: SchemeHandler): void {
    if (!this.#registered.has(scheme)) throw new NotImplementedError(`an unprivileged scheme (${scheme})`);
    if (this.#handlers.has(scheme)) throw new Error(`The scheme ${scheme} has been registered already`);
    this.#handlers.set(scheme, handler);
  }

  unhandle(scheme: string): void {
    if (!this.#handlers.delete(scheme)) throw new Error(`The scheme ${scheme} has not been registered`);
  }

  isHandled(scheme: string): boolean {
    return this.#handlers.has(scheme);
  }

  /** The handler of an address as main knows it. */
  handlerOf(url: string): SchemeHandler | undefined {
    return this.#handlers.get(url.slice(0, url.indexOf(':')));
  }

  toChromium(url: string): string {
    const found = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url);
    if (!found || !this.#registered.has(found[1]!)) return url;
    return `https://${found[2]}.${found[1]}.${SUFFIX}${found[3]}`;
  }

  fromChromium(url: string): string {
    const found = /^https:\/\/(.+)\.([a-z][a-z0-9+-]*)\.standin\.test(?=[/?#]|$)(.*)$/.exec(url);
    return found && this.#registered.has(found[2]!) ? `${found[2]}://${found[1]}${found[3]}` : url;
  }
}
