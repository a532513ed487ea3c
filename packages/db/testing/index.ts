export { cuttablePath } from './cuttable-path.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
