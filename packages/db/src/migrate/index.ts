export { isMigrated, migrateDatabase, selectReadiness } from './migrations.ts';
export { prepareSchema } from './prepare-schema.ts';
export { rollbackMigration } from './rollback.ts';
export { SchemaError } from './schema-error.ts';
