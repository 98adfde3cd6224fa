/** Lengths of names in the structures of the classic functions, terminator included. Specification 6.5. */
export const NAME_LENGTH = { SHORT: 16, LONG: 64, PRODUCT: 32 } as const;

/** `name` cut to what fits into `length` UTF-16 units with the terminator; a surrogate pair is not cut in two. */
export function truncateName(name: string, length: number): string {
  const cut = name.slice(0, length - 1);
  return cut.length < name.length ? cut.replace(/[\uD800-\uDBFF]$/, '') : cut;
}
