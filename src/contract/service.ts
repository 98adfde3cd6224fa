import type { BaseIssue, BaseSchema, InferOutput } from 'valibot';
import type { Disposable } from './disposable.ts';

/**
 * A service is described once: its methods with the schema of their argument list, its events with the type of
 * what they carry. From that description come the interface an implementation must have, the client's proxy,
 * and the validation of every call on arrival in the main process.
 *
 * Naming law: methods are verbs, events are `onX`.
 */

type AnySchema<T> = BaseSchema<unknown, T, BaseIssue<unknown>>;

export interface MethodDefinition<Args extends readonly unknown[], Result> {
  /** Schema of the argument list as a tuple. */
  readonly args: AnySchema<Args>;
  /** Type-level only. */
  readonly result?: Result;
}

export interface EventDefinition<Payload> {
  /** Type-level only. */
  readonly payload?: Payload;
}

export interface ServiceDefinition {
  readonly name: string;
  readonly methods: Record<string, MethodDefinition<readonly unknown[], unknown>>;
  readonly events: Record<string, EventDefinition<unknown>>;
}

/** Describes a method: `method<Result>()(argsSchema)`. Two calls, because TypeScript infers all type arguments or none. */
export const method =
  <Result>() =>
  <Schema extends AnySchema<readonly unknown[]>>(args: Schema) =>
    ({ args }) as unknown as MethodDefinition<Extract<InferOutput<Schema>, readonly unknown[]>, Result>;

/** An event that carries `Payload`; it has no schema, since it comes from main. */
export const event = <Payload>(): EventDefinition<Payload> => ({});

type ArgsOf<M> = M extends MethodDefinition<infer Args extends readonly unknown[], unknown> ? Args : never;
type ResultOf<M> = M extends MethodDefinition<readonly unknown[], infer Result> ? Result : never;
type PayloadOf<E> = E extends EventDefinition<infer Payload> ? Payload : never;

/** What a client sees: every method asynchronous, every event a subscription. */
export type ServiceClient<D extends ServiceDefinition> = {
  readonly [M in keyof D['methods']]: (
    ...args: ArgsOf<D['methods'][M]>
  ) => Promise<ResultOf<D['methods'][M]>>;
} & {
  readonly [E in keyof D['events']]: (listener: (payload: PayloadOf<D['events'][E]>) => void) => Disposable;
};

/** What main implements: the same, but methods may answer synchronously and get an abort signal as last argument. */
export type ServiceImplementation<D extends ServiceDefinition> = {
  readonly [M in keyof D['methods']]: (
    ...args: [...ArgsOf<D['methods'][M]>, signal?: AbortSignal]
  ) => ResultOf<D['methods'][M]> | Promise<ResultOf<D['methods'][M]>>;
} & {
  readonly [E in keyof D['events']]: (listener: (payload: PayloadOf<D['events'][E]>) => void) => Disposable;
};
