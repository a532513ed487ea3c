/** The database can't be migrated to the schema of this server. The message says what to do. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}
