export { isMigrated, migrateDatabase, selectReadiness } from './migrations.ts';
export { rollbackMigration } from './rollback.ts';
export { SchemaError } from './schema-error.ts';
