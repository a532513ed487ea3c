declare global {
  interface Window {
    /** Chromium has it; it is not a standard yet. */
    showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
  }
}

/** A file that is being saved. */
export type ExportFile = {
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
};

/**
 * Streams into a file that the operator chooses. Null when the browser can't do that. Rejects with `AbortError` when the
 * operator cancels.
 */
export async function openChosenFile(name: string): Promise<ExportFile | null> {
  if (window.showSaveFilePicker === undefined) return null;
  const handle = await window.showSaveFilePicker({ suggestedName: name });
  const file = await handle.createWritable();
  return {
    write: (chunk) => file.write(chunk),
    finish: () => file.close(),
    abort: () => file.abort(),
  };
}

/** Collects the file in memory, then saves it as a download. */
export function openDownload(name: string, type: string): ExportFile {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  return {
    write: async (chunk) => void chunks.push(chunk),
    abort: async () => void chunks.splice(0),
    finish: async () => {
      const url = URL.createObjectURL(new Blob(chunks, { type }));
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      // After the click is handled, the download itself holds the blob.
      setTimeout(() => URL.revokeObjectURL(url));
    },
  };
}
