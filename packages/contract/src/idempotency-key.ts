/** Visible ASCII characters: what an HTTP header can carry as it is. */
export const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/;
export const idempotencyKeyRule = 'must be 1 to 255 visible ASCII characters, without spaces';
