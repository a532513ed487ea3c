const folder = new URL('../../../peer/', import.meta.url);

/** The tables of the peer, and the indexes, which are built after the rows are in. */
export const peerSchema = {
  tables: new URL('tables.sql', folder),
  indexes: new URL('indexes.sql', folder),
};
