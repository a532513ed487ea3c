/** The token of an `Authorization: Bearer` header (RFC 6750), or null. */
export function bearerToken(authorization: string | undefined): string | null {
  return authorization?.match(/^Bearer +(\S+) *$/i)?.[1] ?? null;
}
