/** Swagger UI's own object, in whose scope its generated start script holds what is configured. */
declare const ui: {
  authActions: {
    authorizeWithPersistOption(
      schemes: Record<string, { name: string; schema: object; value: string }>,
    ): void;
    logoutWithPersistOption(schemes: string[]): void;
  };
};

/** Of a reply, what is looked at. Optional, because Swagger UI's types know nothing of it. */
type DocsReply = { url?: string; ok?: boolean; obj?: { access_token?: string } };

/**
 * Runs in the browser, as text: it may name nothing of this module. After a sign-in Swagger UI sends the new token with
 * each request, as if it had been entered under _Authorize_; after a sign-out it forgets it. Held by swagger-ui.test.ts.
 */
export function authorizeFromReply(reply: DocsReply): DocsReply {
  const value = reply.obj?.access_token;
  if (reply.ok && value) {
    const schema = { type: 'http', scheme: 'bearer' };
    ui.authActions.authorizeWithPersistOption({ bearer: { name: 'bearer', schema, value } });
  }
  if (reply.ok && reply.url?.endsWith('/api/auth/logout')) ui.authActions.logoutWithPersistOption(['bearer']);
  return reply;
}
