/** Pixels: every row is as high. */
export const ROW_HEIGHT = 24;
/** Rows that are drawn beyond those in sight, on either side. */
const AROUND = 6;

/**
 * A list of which only the rows in sight are drawn. Its end stays in sight until somebody scrolls back; what was
 * scrolled back to stays where it is while old rows fall out above it. Ids rise. To be made while a component is.
 */
export class FollowingRows<Row extends { readonly id: number }> {
  /** The element that scrolls. */
  list = $state<HTMLElement>();
  /** Its inner height. */
  height = $state(0);
  following = $state(true);
  #top = $state(0);
  readonly #rows: () => readonly Row[];
  /** Index of the first row that is drawn. */
  readonly start = $derived.by(() => Math.max(0, Math.floor(this.#top / ROW_HEIGHT) - AROUND));
  readonly drawn = $derived.by(() =>
    this.#rows().slice(this.start, this.start + Math.ceil(this.height / ROW_HEIGHT) + 2 * AROUND),
  );

  constructor(rows: () => readonly Row[]) {
    this.#rows = rows;
    let before: readonly Row[] = [];
    $effect(() => {
      const now = rows();
      const { list } = this;
      const [oldest] = now;
      if (this.following && this.height > 0) list!.scrollTop = list!.scrollHeight;
      else if (oldest) {
        const gone = before.findIndex(({ id }) => id >= oldest.id);
        if (gone > 0) list!.scrollTop -= gone * ROW_HEIGHT;
      }
      before = now;
    });
  }

  readonly scrolled = (): void => {
    const { scrollTop, clientHeight, scrollHeight } = this.list!;
    this.#top = scrollTop;
    this.following = scrollTop + clientHeight >= scrollHeight - ROW_HEIGHT;
  };

  readonly toEnd = (): void => {
    const list = this.list!;
    list.scrollTop = list.scrollHeight;
    list.focus();
  };
}
