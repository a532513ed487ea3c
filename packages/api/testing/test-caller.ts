/** Where the calls of tests without HTTP come from. */
export const testCaller = { address: '127.0.0.1', userAgent: 'tests/1.0' };
