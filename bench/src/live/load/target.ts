import type { WriteTarget } from '../../post.ts';

export type Protocol = 'ws' | 'trpc' | 'socket.io';

/** A server to subscribe to, and to write to. */
export type Target = WriteTarget & {
  protocol: Protocol;
  /** With `trpc`: also subscribes to the stats, over the same socket. Only events of payments are counted. */
  withStats?: boolean;
};
