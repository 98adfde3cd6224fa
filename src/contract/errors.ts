/**
 * The one error type that crosses processes. It says what went wrong, where, and what the user can do next,
 * and carries the KS status where the engine produced one.
 */

export type ErrorCode =
  /** The caller's input is wrong: a file, an argument, a value. Exit code 2 on the command line. */
  | 'bad-input'
  /** A request that does not fit its schema, or names an unknown service or method. */
  | 'bad-request'
  | 'not-found'
  /** The target exists but cannot do this in its present state. */
  | 'bad-state'
  /** The hardware behind the request is gone or did not answer. */
  | 'device-unavailable'
  | 'not-supported'
  | 'cancelled'
  | 'disconnected'
  | 'not-allowed'
  | 'internal';

/** What travels over a transport. */
export interface ErrorRecord {
  code: ErrorCode;
  message: string;
  /** File, device, property ... the error is about. */
  subject?: string;
  /** Byte offset in `subject` where that makes sense. */
  offset?: number;
  /** One sentence: what the user can do next. */
  advice?: string;
  /** Name of the KS status, for example STATUS_INVALID_PARAMETER. */
  status?: string;
}

/** What went wrong, for people and programs: a code, the subject, where in the input, and what to do next. */
export class PinwheelError extends Error {
  readonly code: ErrorCode;
  readonly subject: string | undefined;
  readonly offset: number | undefined;
  readonly advice: string | undefined;
  readonly status: string | undefined;

  constructor(record: ErrorRecord, options?: ErrorOptions) {
    super(record.message, options);
    this.name = 'PinwheelError';
    this.code = record.code;
    this.subject = record.subject;
    this.offset = record.offset;
    this.advice = record.advice;
    this.status = record.status;
  }

  toRecord(): ErrorRecord {
    const record: ErrorRecord = { code: this.code, message: this.message };
    if (this.subject !== undefined) record.subject = this.subject;
    if (this.offset !== undefined) record.offset = this.offset;
    if (this.advice !== undefined) record.advice = this.advice;
    if (this.status !== undefined) record.status = this.status;
    return record;
  }

  /** Anything that was thrown, as a record fit for a transport; unknown throwables become `internal`. */
  static recordOf(thrown: unknown): ErrorRecord {
    if (thrown instanceof PinwheelError) return thrown.toRecord();
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { code: 'internal', message };
  }
}
