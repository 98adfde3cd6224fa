import { KsError } from '../ks/status.ts';

/**
 * InterruptSyncMode*. Normal ends with the first routine that says the interrupt was its own; All calls every one;
 * Repeat goes through the whole list until a pass in which none says so.
 */
export type InterruptSyncMode = 'Normal' | 'All' | 'Repeat';

/** An interrupt service routine: true = STATUS_SUCCESS, the interrupt was its own. */
export type ServiceRoutine = () => boolean;

/**
 * IInterruptSync: the routines of one interrupt line, and the lock that keeps them away from other code of the driver.
 * Specification 7.3.
 */
export class InterruptSync {
  readonly mode: InterruptSyncMode;
  readonly #routines: ServiceRoutine[] = [];
  #connected = false;
  #locked = false;
  /** The line was raised while the lock was held. */
  #pending = false;

  constructor(mode: InterruptSyncMode) {
    this.mode = mode;
  }

  /** Connect: from now on the line's interrupts arrive. */
  connect(): void {
    this.#connected = true;
  }

  /** Disconnect: interrupts of the line are ignored, one that waits included. */
  disconnect(): void {
    this.#connected = false;
    this.#pending = false;
  }

  /** RegisterServiceRoutine. `first` puts it at the head of the list. */
  registerServiceRoutine(routine: ServiceRoutine, first: boolean): void {
    if (first) this.#routines.unshift(routine);
    else this.#routines.push(routine);
  }

  /**
   * CallSynchronizedRoutine: runs `routine` while no service routine can run, and answers what it answered. An
   * interrupt raised meanwhile is served right after it.
   * @throws KsError STATUS_INVALID_DEVICE_STATE from within another synchronized routine or a service routine
   */
  callSynchronizedRoutine<T>(routine: () => T): T {
    if (this.#locked) {
      throw new KsError(
        'STATUS_INVALID_DEVICE_STATE',
        'The interrupt is being served: the call would deadlock.',
      );
    }
    this.#locked = true;
    try {
      return routine();
    } finally {
      this.#locked = false;
      if (this.#pending) this.interrupt();
    }
  }

  /**
   * The line is raised. Answers whether a routine said the interrupt was its own; undefined when the line is not
   * connected or the interrupt has to wait.
   */
  interrupt(): boolean | undefined {
    if (!this.#connected) return undefined;
    if (this.#locked) {
      this.#pending = true;
      return undefined;
    }
    this.#pending = false;
    this.#locked = true;
    try {
      return this.#serve();
    } finally {
      this.#locked = false;
      if (this.#pending) this.interrupt();
    }
  }

  #serve(): boolean {
    if (this.mode === 'Normal') return this.#routines.some((routine) => routine());
    let served = false;
    while (this.#pass()) {
      served = true;
      if (this.mode === 'All') break;
    }
    return served;
  }

  #pass(): boolean {
    let served = false;
    for (const routine of this.#routines) served = routine() || served;
    return served;
  }
}
