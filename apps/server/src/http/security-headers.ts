import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/**
 * The headers that protect browsers, by lower-case name. They depend on no request, so helmet is only asked once.
 * `hstsSubdomains`: browsers must use https for all subdomains of this host. The server can't know whether all of them speak TLS.
 */
export function securityHeaders({
  hstsSubdomains,
}: {
  hstsSubdomains: boolean;
}): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const strictTransportSecurity = { includeSubDomains: hstsSubdomains };
  helmet({ frameguard: { action: 'deny' }, strictTransportSecurity })(request, response, (error) => {
    if (error !== undefined) throw error;
  });
  return Object.fromEntries(
    Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
}
