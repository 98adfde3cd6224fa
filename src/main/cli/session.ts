import { PinwheelError } from '../../contract/errors.ts';
import { connect, type Connection } from '../../contract/rpc/client.ts';
import { connectControlSocket } from '../ipc/controlSocket.ts';
import { localTransport } from '../ipc/localTransport.ts';
import { createPinwheel, type PinwheelOptions } from '../pinwheel.ts';

/** Services to work with, whoever offers them. */
export interface Session {
  readonly connection: Connection;
  /** True when another process runs the engine. */
  readonly remote: boolean;
  dispose(): Promise<void>;
}

export type EngineOptions = Pick<
  PinwheelOptions,
  'paths' | 'hostFactory' | 'midiHostFactory' | 'alsaHostFactory'
>;

/**
 * Connects to the running instance, or runs the engine in this process when there is none. What a verb changes is
 * kept either way.
 */
export async function openSession(
  engine: EngineOptions,
  needs: { sound: boolean; midi?: boolean; stop: AbortSignal },
): Promise<Session> {
  const transport = await connectControlSocket(engine.paths.controlSocket);
  if (transport) {
    const connection = connect(transport);
    return { connection, remote: true, dispose: async () => connection.dispose() };
  }
  const pinwheel = await createPinwheel({
    ...engine,
    shell: 'command-line',
    midi: needs.midi ?? false,
    sound: needs.sound,
    quit: () => undefined,
  });
  await pinwheel.start(needs.stop);
  const connection = connect(localTransport(pinwheel.served));
  return {
    connection,
    remote: false,
    async dispose() {
      connection.dispose();
      await pinwheel.dispose();
    },
  };
}

/** Connects to the running instance, for what lasts only as long as that runs. @throws PinwheelError `bad-state` */
export async function openRunning({ paths }: EngineOptions): Promise<Session> {
  const transport = await connectControlSocket(paths.controlSocket);
  if (!transport) {
    throw new PinwheelError({
      code: 'bad-state',
      message: 'Pinwheel is not running.',
      advice: 'Start it with “pinwheel start” or “pinwheel serve”.',
    });
  }
  const connection = connect(transport);
  return { connection, remote: true, dispose: async () => connection.dispose() };
}
