/** Output ports of the recording host. */
export const PORTS: readonly string[] = Array.from({ length: 16 }, (_, index) => `Port ${index + 1}`);

/** Events a port writes down: what two data bytes can number. */
export const MOST_EVENTS = 1 << 14;
