import type { Protocol, Session } from 'electron';
import type { StandinApp } from './app.ts';
import type { Schemes } from './schemes.ts';
import { StrictEmitter, strictFacade } from './strict.ts';

type RequestHandler = Parameters<Session['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<Session['setPermissionCheckHandler']>[0];

/** The default session: protocol handlers and permissions. */
export class StandinSession extends StrictEmitter {
  readonly protocol: Protocol;
  permissionRequestHandler: RequestHandler = null;
  permissionCheckHandler: CheckHandler = null;
  readonly #permissionListeners = new Set<() => void>();

  constructor(app: StandinApp, schemes: Schemes) {
    super('session', ['will-download', 'preconnect']);
    this.protocol = strictFacade<Protocol, 'handle' | 'unhandle' | 'isProtocolHandled'>(
      'session.protocol',
      {
        handle: (scheme, handler) => {
          app.assertReady('protocol.handle()');
          schemes.handle(scheme, handler);
        },
        unhandle: (scheme) => schemes.unhandle(scheme),
        isProtocolHandled: (scheme) => schemes.isHandled(scheme),
      },
      ['handle', 'unhandle', 'isProtocolHandled'],
    );
  }

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.permissionRequestHandler = handler;
    this.#permissionsChanged();
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    this.permissionCheckHandler = handler;
    this.#permissionsChanged();
  }

  /** The stand-in has no devices to give away, whatever the handler says. */
  setDevicePermissionHandler(_handler: Parameters<Session['setDevicePermissionHandler']>[0]): void {}

  onPermissions(listener: () => void): void {
    this.#permissionListeners.add(listener);
  }

  #permissionsChanged(): void {
    for (const listener of this.#permissionListeners) listener();
  }
}

export function sessionFacade(session: StandinSession): Session {
  return strictFacade<
    Session,
    'protocol' | 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
  >('session', session, [
    'protocol',
    'setPermissionRequestHandler',
    'setPermissionCheckHandler',
    'setDevicePermissionHandler',
  ]);
}
