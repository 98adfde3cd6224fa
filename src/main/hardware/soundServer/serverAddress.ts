import { PinwheelError } from '../../../contract/errors.ts';

/** Where a sound server listens, in the forms that libpulse accepts in PULSE_SERVER. */

export type ServerAddress = { kind: 'unix'; path: string } | { kind: 'tcp'; host: string; port: number };

export type Environment = Readonly<Record<string, string | undefined>>;

/** PA_NATIVE_DEFAULT_PORT. */
const DEFAULT_PORT = 4713;

/**
 * The places to try, in order: what PULSE_SERVER lists, and only if that is not set, this user's own server.
 * Throws `bad-input` when PULSE_SERVER names no address that this client understands.
 */
export function serverAddresses(env: Environment): ServerAddress[] {
  const configured = env['PULSE_SERVER']?.trim();
  if (configured) {
    const addresses = configured
      .split(/\s+/)
      .map(parseAddress)
      .filter((address) => address !== undefined);
    if (addresses.length > 0) return addresses;
    throw new PinwheelError({
      code: 'bad-input',
      message: `PULSE_SERVER names no address Pinwheel understands: “${configured}”.`,
      subject: 'PULSE_SERVER',
      advice: 'Use unix:/path/to/socket or tcp:host:port, or leave the variable unset.',
    });
  }
  const runtime = env['PULSE_RUNTIME_PATH'];
  if (runtime) return [{ kind: 'unix', path: `${runtime}/native` }];
  const base = env['XDG_RUNTIME_DIR'] || `/run/user/${process.getuid?.() ?? 0}`;
  return [{ kind: 'unix', path: `${base}/pulse/native` }];
}

export function describeAddress(address: ServerAddress): string {
  return address.kind === 'unix' ? `unix:${address.path}` : `tcp:${address.host}:${address.port}`;
}

/** `{machine-id}` before an address limits it to one machine in libpulse; sockets of other machines just fail here. */
function parseAddress(text: string): ServerAddress | undefined {
  const address = text.replace(/^\{[^}]*\}/, '');
  if (address.startsWith('unix:')) return unix(address.slice('unix:'.length));
  if (address.startsWith('/')) return unix(address);
  const tcp = /^tcp[46]?:(?:\[(?<six>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d{1,5}))?$/.exec(address)?.groups;
  const host = tcp?.['six'] ?? tcp?.['host'];
  if (host === undefined) return undefined;
  const port = tcp?.['port'] === undefined ? DEFAULT_PORT : Number(tcp['port']);
  return port > 0 && port < 0x10000 ? { kind: 'tcp', host, port } : undefined;
}

function unix(path: string): ServerAddress | undefined {
  return path.startsWith('/') ? { kind: 'unix', path } : undefined;
}
