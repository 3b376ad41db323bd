/** Waits for the server's check of a file that has arrived, without hurry. */
import type { Status, UploadApi } from "./api";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** A file of 20 GB is read in less. */
const MOST_MINUTES = 20;

/** How the file stands after the check; null when it is not known in time. The mail tells it then. */
export async function checkResult(api: UploadApi, id: string): Promise<Status | null> {
  const until = Date.now() + MOST_MINUTES * 60_000;
  for (let wait = FIRST_WAIT; Date.now() < until; wait = Math.min(LONGEST_WAIT, wait * 1.5)) {
    await new Promise((resolve) => window.setTimeout(resolve, wait));
    try {
      const status = await api.status(id);
      if (status.stage === "received" || status.stage === "refused") return status;
    } catch {
      // The next look may succeed.
    }
  }
  return null;
}
