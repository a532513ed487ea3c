import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Caller } from '@paydeck/api/caller';

export type CallerOf = (request: IncomingMessage) => Caller;

const maxUserAgentLength = 200;

/**
 * Reads where requests come from. `X-Forwarded-For` counts only as far as the proxies that added to it are trusted: without
 * trusted proxies, clients could write any address into it.
 */
export function createCallerReader(trustedProxies: readonly string[]): CallerOf {
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (request) => ({
    // An address in IPv6 notation for IPv4, as a socket for both reports it, is the same client.
    address: (proxyAddr(request, isTrusted) ?? '').replace(/^::ffff:(?=\d+\.)/, ''),
    userAgent: request.headers['user-agent']?.slice(0, maxUserAgentLength) ?? null,
  });
}
