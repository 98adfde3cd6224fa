interface Option {
  value: string;
  label: string;
}

/** What was chosen is in the list, whether it is one of those that there are now or not. */
export function withChosen(options: readonly Option[], chosen: string): readonly Option[] {
  return options.some(({ value }) => value === chosen)
    ? options
    : [...options, { value: chosen, label: chosen }];
}
