/** The cookie in which a browser keeps its refresh token, so that scripts can't read it. */
export type RefreshTokenCookie = {
  read(): string | null;
  /** Null deletes the cookie. */
  write(token: string | null, lifetimeSeconds: number): void;
  /** The cookie of the browser itself, which outlives the session (device-tokens.ts). */
  device: { read(): string | null; write(token: string, lifetimeSeconds: number): void };
};
