export type Role = 'admin' | 'viewer';

/** Who makes a call. */
export type Actor = {
  userId: string;
  username: string;
  role: Role;
  sessionId: string;
  /** When the access token ends. */
  expiresAt: Date;
};
