/**
 * Remembers unfinished uploads in this browser, so that they go on after a reload.
 *
 * Only the upload's id is kept, with a digest of the link it belongs to: whoever uses this
 * browser later must not find the link, which is a key, in its storage.
 */
import { memoryKey, toHex } from "./plan";

interface Kept {
  id: string;
  partSize: number;
  link: string;
  name: string;
  at: number;
}

const KEEP_MS = 14 * 86_400_000;
const PREFIX = "sightline-upload:";

export class Memory {
  private constructor(private readonly link: string) {}

  static async of(createUrl: string): Promise<Memory> {
    const bytes = new TextEncoder().encode(createUrl);
    return new Memory(toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).slice(0, 24));
  }

  get(file: File): { id: string; partSize: number } | null {
    const kept = read(memoryKey(file));
    return kept && kept.link === this.link ? kept : null;
  }

  keep(file: File, id: string, partSize: number): void {
    const kept: Kept = { id, partSize, link: this.link, name: file.name, at: Date.now() };
    try {
      localStorage.setItem(memoryKey(file), JSON.stringify(kept));
    } catch {
      // Private windows and full storage: this upload just cannot go on after a reload.
    }
  }

  forget(file: File): void {
    try {
      localStorage.removeItem(memoryKey(file));
    } catch {
      // Nothing was kept either.
    }
  }

  /** Files that this link began and did not finish. Old ones are swept out. */
  unfinished(): { id: string; name: string }[] {
    const found: { id: string; name: string }[] = [];
    try {
      for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
        const kept = read(key);
        if (!kept || kept.at < Date.now() - KEEP_MS) localStorage.removeItem(key);
        else if (kept.link === this.link) found.push({ id: kept.id, name: kept.name });
      }
    } catch {
      return [];
    }
    return found;
  }
}

function read(key: string): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<Kept> | null;
    if (!kept || typeof kept.id !== "string" || typeof kept.partSize !== "number" || !(kept.partSize > 0)) return null;
    return { id: kept.id, partSize: kept.partSize, link: String(kept.link), name: String(kept.name), at: Number(kept.at) };
  } catch {
    return null;
  }
}
