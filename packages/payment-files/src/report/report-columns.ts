/** The columns that a file of bad rows has after those of the imported file. */
const reportColumns = ['Line', 'Problem'] as const;

/** Whether a header is that of a file of bad rows, which somebody has corrected and imports again. */
export const isReport = (header: readonly string[]): boolean =>
  header.length > reportColumns.length &&
  reportColumns.every((title, n) => header.at(n - reportColumns.length)?.trim() === title);

/** The cells of a report without those that the report added. */
export const withoutReportColumns = (cells: readonly string[]): string[] =>
  cells.slice(0, -reportColumns.length);

export const withReportColumns = (header: readonly string[]): string[] => [...header, ...reportColumns];
