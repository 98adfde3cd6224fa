/** Where a verb writes: results to stdout, progress and errors to stderr. */
export interface Output {
  line(text: string): void;
  json(value: unknown): void;
  /** A line that replaces itself on a terminal and is not shown elsewhere. */
  progress(text: string): void;
  note(text: string): void;
}

export function consoleOutput(): Output {
  const terminal = process.stderr.isTTY;
  let shown = false;
  const clear = (): void => {
    if (shown) process.stderr.write('\r\x1b[K');
    shown = false;
  };
  return {
    line: (text) => {
      clear();
      process.stdout.write(`${text}\n`);
    },
    json: (value) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    progress: (text) => {
      if (!terminal) return;
      process.stderr.write(`\r\x1b[K${text}`);
      shown = true;
    },
    note: (text) => {
      clear();
      process.stderr.write(`${text}\n`);
    },
  };
}
