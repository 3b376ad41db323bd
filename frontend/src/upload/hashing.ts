/** SHA-256 of one part (the browser's own) and of the whole file (streamed in a worker). */
import type { HashMessage } from "./hash.worker";
import { toBase64 } from "./plan";

/** The file cannot be read any more: moved, changed or on a card that was taken out. */
export class Unreadable extends Error {}

/** Base64 of a part's SHA-256. */
export async function hashPart(part: Blob): Promise<string> {
  let bytes: ArrayBuffer;
  try {
    bytes = await part.arrayBuffer();
  } catch {
    throw new Unreadable();
  }
  return toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** Hex of the whole file's SHA-256. */
export function hashFile(file: File, signal: AbortSignal): Promise<string> {
  const worker = new Worker(new URL("./hash.worker.ts", import.meta.url), { type: "module" });
  const promise = new Promise<string>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<HashMessage>) => {
      if ("hex" in event.data) resolve(event.data.hex);
      else reject(/NotReadable|NotFound/.test(event.data.error) ? new Unreadable() : new Error(event.data.error));
    };
    worker.onerror = (event) => reject(new Error(event.message || "the hash worker did not start"));
    signal.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    worker.postMessage(file);
  });
  return promise.finally(() => worker.terminate());
}
