/** In `CORS_ORIGIN`, for development only: pages of any origin may call. They still can't use the session cookie. */
export const anyOrigin = '*';
