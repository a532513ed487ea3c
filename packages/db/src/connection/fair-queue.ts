import { ItemList } from './item-list.ts';

/** A user, an address, or null for the server itself, whose items always come first. */
export type Owner = string | null;

export type FairQueue<Item> = {
  readonly size: number;
  add(owner: Owner, item: Item): void;
  /** Whether the item was still waiting. */
  remove(owner: Owner, item: Item): boolean;
  /** The item that `take` would return. */
  next(): Item | undefined;
  /** The first waiting item of an owner. */
  firstOf(owner: Owner): Item | undefined;
  /** Removes and returns the next item of an owner for whom `mayStart` holds. Undefined if there is none. */
  take(mayStart?: (owner: Owner) => boolean): Item | undefined;
  /** Adds up what the owner's items cost. `cost` may be a correction of what was charged before, and negative. */
  charge(owner: Owner, cost: number): void;
  /** How many waiting items would be taken before the next item of this owner, if each item costs `cost`. */
  ahead(owner: Owner, cost: number): number;
  countOf(owner: Owner): number;
  [Symbol.iterator](): Iterator<Item>;
};

type Share<Item> = { items: ItemList<Item>; used: number };

/** Above this number, the shares of owners who wait for nothing are dropped. */
const maxIdleShares = 1_000;

/**
 * A queue in which each owner gets the same share, however many items it adds: round robin for items of equal cost. The next
 * item belongs to the owner who has used the least. An owner who comes back starts where the others are, so it neither saves
 * up a share nor pays for an earlier one (start-time fair queueing: Goyal, Vin, Cheng, 1996).
 */
export function createFairQueue<Item>(): FairQueue<Item> {
  const server = new ItemList<Item>();
  /** In the order in which the owners began to wait. */
  const shares = new Map<string, Share<Item>>();
  /** How much the owner of the last taken item had used before it. */
  let served = 0;
  let size = 0;

  const itemsOf = (owner: Owner) => (owner === null ? server : shares.get(owner)?.items);

  const dropIdleShares = () => {
    for (const [owner, { items, used }] of shares) {
      if (items.size === 0 && used <= served) shares.delete(owner);
    }
  };

  const waitingShare = (owner: string): Share<Item> => {
    const share = shares.get(owner) ?? { items: new ItemList<Item>(), used: served };
    if (share.items.size > 0) return share;
    if (shares.size > maxIdleShares) dropIdleShares();
    share.used = Math.max(share.used, served);
    shares.delete(owner);
    shares.set(owner, share);
    return share;
  };

  const nextShare = (mayStart: (owner: Owner) => boolean): Share<Item> | null => {
    let next: Share<Item> | null = null;
    for (const [owner, share] of shares) {
      if (share.items.size === 0 || (next !== null && next.used <= share.used)) continue;
      if (mayStart(owner)) next = share;
    }
    return next;
  };

  const takeFrom = (items: ItemList<Item>): Item | undefined => {
    const item = items.first;
    if (item === undefined) return undefined;
    items.delete(item);
    size -= 1;
    return item;
  };

  return {
    get size() {
      return size;
    },
    add: (owner, item) => {
      (owner === null ? server : waitingShare(owner).items).add(item);
      size += 1;
    },
    remove: (owner, item) => {
      const isRemoved = itemsOf(owner)?.delete(item) === true;
      if (isRemoved) size -= 1;
      return isRemoved;
    },
    next: () => (server.size > 0 ? server : nextShare(() => true)?.items)?.first,
    firstOf: (owner) => itemsOf(owner)?.first,
    take: (mayStart = () => true) => {
      if (server.size > 0 && mayStart(null)) return takeFrom(server);
      const next = nextShare(mayStart);
      if (next === null) return undefined;
      served = Math.max(served, next.used);
      return takeFrom(next.items);
    },
    charge: (owner, cost) => {
      const share = owner === null ? undefined : shares.get(owner);
      if (share !== undefined) share.used += cost;
    },
    ahead: (owner, cost) => {
      if (owner === null) return server.size;
      const own = shares.get(owner);
      const ownCount = own?.items.size ?? 0;
      const turn = Math.max(own?.used ?? served, served) + ownCount * cost;
      let count = server.size + ownCount;
      for (const [other, { items, used }] of shares) {
        if (other === owner || items.size === 0 || used > turn) continue;
        count += cost > 0 ? Math.min(items.size, Math.floor((turn - used) / cost) + 1) : 1;
      }
      return count;
    },
    countOf: (owner) => itemsOf(owner)?.size ?? 0,
    *[Symbol.iterator]() {
      yield* server;
      for (const { items } of shares.values()) yield* items;
    },
  };
}
