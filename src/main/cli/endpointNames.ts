import type { Endpoint, EndpointsSnapshot, ProgramStream } from '../../contract/services/endpoints.ts';
import { usageError } from './arguments.ts';

/** What people type for devices and programs. */

/** By the program's name, whatever its case, or by the number of one stream. */
export function programsNamed({ programs }: EndpointsSnapshot, name: string): ProgramStream[] {
  const wanted = name.toLowerCase();
  const found = programs.filter(({ id, program }) => program.toLowerCase() === wanted || String(id) === name);
  if (found.length === 0) throw usageError(`No program “${name}” plays. “pinwheel app” lists those that do.`);
  return found;
}

/** By id, by the server's name without `sink:` or `source:`, or by what a person calls it. */
export function endpointNamed({ endpoints }: EndpointsSnapshot, name: string): Endpoint {
  const wanted = name.toLowerCase();
  const found = endpoints.find(
    (endpoint) =>
      endpoint.id === name ||
      endpoint.id.slice(endpoint.id.indexOf(':') + 1) === name ||
      endpoint.name.toLowerCase() === wanted,
  );
  if (!found) throw usageError(`There is no device “${name}”. “pinwheel devices” lists them.`);
  return found;
}
