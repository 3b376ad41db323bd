/** Hashes a whole file without holding it: SHA-256 over slices, off the page's thread. */
import { createSHA256 } from "hash-wasm";

const SLICE = 4 * 1024 * 1024;

export type HashMessage = { hex: string } | { error: string };

addEventListener("message", async (event: MessageEvent<File>) => {
  try {
    postMessage({ hex: await hash(event.data) } satisfies HashMessage);
  } catch (error) {
    postMessage({ error: error instanceof Error ? error.name : "Error" } satisfies HashMessage);
  }
});

async function hash(file: File): Promise<string> {
  const sha256 = await createSHA256();
  for (let start = 0; start < file.size; start += SLICE) {
    sha256.update(new Uint8Array(await file.slice(start, start + SLICE).arrayBuffer()));
  }
  return sha256.digest("hex");
}
