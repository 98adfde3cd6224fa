/** Processor time of the whole process. */
export class HostUsage {
  #cpu = process.cpuUsage();
  #at = performance.now();

  /** Percent of one core since the last time it was asked. */
  cpuPercent(): number {
    const used = process.cpuUsage();
    const at = performance.now();
    const microseconds = used.user - this.#cpu.user + used.system - this.#cpu.system;
    const percent = microseconds / 10 / Math.max(1, at - this.#at);
    this.#cpu = used;
    this.#at = at;
    return percent;
  }
}
