/** A hardwired link between two subdevices of one adapter: from an OUT pin to an IN pin. Specification 7.2. */
export interface PhysicalConnection {
  readonly fromSubdevice: string;
  readonly fromPin: number;
  readonly toSubdevice: string;
  readonly toPin: number;
}

export function sameConnection(a: PhysicalConnection, b: PhysicalConnection): boolean {
  return (
    a.fromSubdevice === b.fromSubdevice &&
    a.fromPin === b.fromPin &&
    a.toSubdevice === b.toSubdevice &&
    a.toPin === b.toPin
  );
}
