/** Swagger UI's global object. Its generated start script runs the configured functions in the scope of `ui`. */
declare const ui: {
  authActions: {
    authorizeWithPersistOption(
      schemes: Record<string, { name: string; schema: object; value: string }>,
    ): void;
    logoutWithPersistOption(schemes: string[]): void;
  };
};

/** The fields of a reply that are used here. Optional, since Swagger UI does not declare them. */
type DocsReply = { url?: string; ok?: boolean; obj?: { access_token?: string } };

/**
 * Makes Swagger UI send the token of a login with each request, as if it had been entered under _Authorize_, and forget it
 * after a logout. The page keeps the token in memory only: in the browser's storage, scripts of the dashboard's origin could
 * read it. Swagger UI gets this function as text and runs it in the browser, so it must not use anything else in
 * this module. Tested by swagger-ui.test.ts.
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
