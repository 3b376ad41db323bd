/**
 * Prepares items in batches a little ahead of those who take them, so that nobody waits for
 * a hash or an answer while the line is free.
 */
export class Ahead<Item, Ready> {
  private readonly waiting: Item[];
  private readonly ready: Ready[] = [];
  private preparing: Promise<void> | null = null;

  constructor(
    items: readonly Item[],
    private readonly batch: number,
    private readonly prepare: (items: Item[]) => Promise<Ready[]>,
  ) {
    this.waiting = [...items];
  }

  /** The next prepared item; undefined when there are no more. Rejects when preparing failed. */
  async next(): Promise<Ready | undefined> {
    while (this.ready.length === 0) {
      if (this.waiting.length === 0 && !this.preparing) return undefined;
      await this.fill();
    }
    const taken = this.ready.shift();
    // A failure here is told to whoever needs the items: they go back and are tried again.
    if (this.ready.length < this.batch / 2 && this.waiting.length > 0) this.fill().catch(() => undefined);
    return taken;
  }

  private fill(): Promise<void> {
    this.preparing ??= this.one().finally(() => {
      this.preparing = null;
    });
    return this.preparing;
  }

  private async one(): Promise<void> {
    const batch = this.waiting.splice(0, this.batch);
    try {
      this.ready.push(...(await this.prepare(batch)));
    } catch (error) {
      this.waiting.unshift(...batch);
      throw error;
    }
  }
}
