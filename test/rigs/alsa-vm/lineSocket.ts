import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * A socket in the file system on which QEMU reports, line by line. We listen before QEMU starts, so there is nothing to
 * wait for, and the connection's end is QEMU's end.
 */
export interface LineSocket extends Disposable {
  send(line: string): void;
}

export interface LineListener {
  line(line: string): void;
  /** Nothing will come any more. */
  end?(): void;
}

export function listenForLines(path: string, listener: LineListener): Promise<LineSocket> {
  let connection: Socket | undefined;
  const waiting: string[] = [];
  const server = createServer((socket) => {
    connection = socket;
    // Followed by its end, which is all that matters.
    socket.on('error', () => {});
    socket.on('close', () => listener.end?.());
    createInterface({ input: socket }).on('line', (line) => listener.line(line));
    for (const line of waiting.splice(0)) socket.write(line);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () =>
      resolve({
        send(line) {
          if (connection) connection.write(`${line}\n`);
          else waiting.push(`${line}\n`);
        },
        [Symbol.dispose]() {
          connection?.destroy();
          server.close();
        },
      }),
    );
  });
}
