export { isMigrated, migrateDatabase, SchemaError } from './migrations.ts';
export { rollbackMigration } from './rollback.ts';
