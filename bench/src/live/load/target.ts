import type { WriteTarget } from '../../post.ts';

export type Protocol = 'ws' | 'trpc' | 'socket.io';

/** A server to subscribe to, and to write to. */
export type Target = WriteTarget & { protocol: Protocol };
