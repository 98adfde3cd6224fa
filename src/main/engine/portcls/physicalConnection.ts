import type { RegisteredPort } from './ports/port.ts';
import type { AdapterDevice } from './adapter.ts';

/** A hardwired link between two subdevices of one adapter: from an OUT pin to an IN pin. Specification 7.2. */
export interface PhysicalConnection {
  readonly fromSubdevice: string;
  readonly fromPin: number;
  readonly toSubdevice: string;
  readonly toPin: number;
}

/** From an OUT pin of a subdevice to a filter of another adapter, named by its symbolic link (`Subdevice.path`). */
export interface ConnectionToExternal {
  readonly fromSubdevice: string;
  readonly fromPin: number;
  readonly toLink: string;
  readonly toPin: number;
}

/** From a filter of another adapter, named by its symbolic link, to an IN pin of a subdevice. */
export interface ConnectionFromExternal {
  readonly fromLink: string;
  readonly fromPin: number;
  readonly toSubdevice: string;
  readonly toPin: number;
}

export type ExternalConnection = ConnectionToExternal | ConnectionFromExternal;

/** Both ends are the same. */
export function sameConnection(a: PhysicalConnection, b: PhysicalConnection): boolean {
  return (
    a.fromSubdevice === b.fromSubdevice &&
    a.fromPin === b.fromPin &&
    a.toSubdevice === b.toSubdevice &&
    a.toPin === b.toPin
  );
}

/** It leads to a filter of another adapter, and not from one. */
export function isToExternal(connection: ExternalConnection): connection is ConnectionToExternal {
  return 'toLink' in connection;
}

/** Direction and both ends are the same. */
export function sameExternalConnection(a: ExternalConnection, b: ExternalConnection): boolean {
  if (a.fromPin !== b.fromPin || a.toPin !== b.toPin) return false;
  return isToExternal(a)
    ? isToExternal(b) && a.fromSubdevice === b.fromSubdevice && a.toLink === b.toLink
    : !isToExternal(b) && a.fromLink === b.fromLink && a.toSubdevice === b.toSubdevice;
}

/** The adapter's own end of an external connection. */
export function ownEnd(connection: ExternalConnection): { subdevice: string; pin: number } {
  return isToExternal(connection)
    ? { subdevice: connection.fromSubdevice, pin: connection.fromPin }
    : { subdevice: connection.toSubdevice, pin: connection.toPin };
}

/** The other adapter's end. */
export function externalEnd(connection: ExternalConnection): { link: string; pin: number } {
  return isToExternal(connection)
    ? { link: connection.toLink, pin: connection.toPin }
    : { link: connection.fromLink, pin: connection.fromPin };
}

/** IUnregisterSubdevice, which every port object offers. Specification 8.1. */
export interface UnregisterSubdevice {
  /** UnregisterSubdevice. @throws KsError STATUS_NOT_FOUND for a port that is not registered on `device` */
  unregisterSubdevice(device: AdapterDevice, port: RegisteredPort): void;
}

/** IUnregisterPhysicalConnection, which every port object offers. All throw STATUS_NOT_FOUND. Specification 8.1. */
export interface UnregisterPhysicalConnection {
  unregisterPhysicalConnection(
    device: AdapterDevice,
    fromPort: RegisteredPort,
    fromPin: number,
    toPort: RegisteredPort,
    toPin: number,
  ): void;
  unregisterPhysicalConnectionToExternal(
    device: AdapterDevice,
    fromPort: RegisteredPort,
    fromPin: number,
    toLink: string,
    toPin: number,
  ): void;
  unregisterPhysicalConnectionFromExternal(
    device: AdapterDevice,
    fromLink: string,
    fromPin: number,
    toPort: RegisteredPort,
    toPin: number,
  ): void;
}
