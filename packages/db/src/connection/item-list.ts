type Node<Item> = { item: Item; before: Node<Item> | null; after: Node<Item> | null };

/**
 * Different items in the order in which they were added. Unlike a Set, whose iterators step over removed entries, it finds its
 * first item at once, however many were removed before.
 */
export class ItemList<Item> implements Iterable<Item> {
  readonly #nodes = new Map<Item, Node<Item>>();
  #first: Node<Item> | null = null;
  #last: Node<Item> | null = null;

  get size(): number {
    return this.#nodes.size;
  }

  get first(): Item | undefined {
    return this.#first?.item;
  }

  add(item: Item): void {
    const node = { item, before: this.#last, after: null };
    if (this.#last === null) this.#first = node;
    else this.#last.after = node;
    this.#last = node;
    this.#nodes.set(item, node);
  }

  /** Whether the item was in the list. */
  delete(item: Item): boolean {
    const node = this.#nodes.get(item);
    if (node === undefined) return false;
    const { before, after } = node;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    return this.#nodes.delete(item);
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let node = this.#first; node !== null; node = node.after) yield node.item;
  }
}
