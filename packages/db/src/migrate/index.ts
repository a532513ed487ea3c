export { isMigrated, migrateDatabase, SchemaError } from './migrations.ts';
export { prepareSchema } from './prepare-schema.ts';
export { rollbackMigration } from './rollback.ts';
