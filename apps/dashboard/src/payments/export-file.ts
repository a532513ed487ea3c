declare global {
  interface Window {
    /** Of Chromium, not yet of the standard. */
    showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
  }
}

/** A file that is being saved. */
export type ExportFile = {
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
};

/** Written as it comes, to a place that the operator chooses; null where the browser can't. Rejects with `AbortError`. */
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

/** Gathered by the browser, and then saved like any download. */
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
      // Once the click was handled the download holds the blob itself.
      setTimeout(() => URL.revokeObjectURL(url));
    },
  };
}
