/**
 * How far the messages of a request are, asked for again until all are out: soon at first, then less
 * and less often, and not while nobody looks. Then the list of sites is fetched once.
 */
import { need, say } from "../common/dom";

const FIRST_MS = 1500;
const SLOWER = 1.5;
const LONGEST_MS = 15_000;

export function startProgress(root: Document): void {
  const box = root.querySelector<HTMLElement>("[data-progress]");
  const url = box?.dataset["progress"];
  if (!box || !url || isDone(box)) return;
  const said = need(box, "[role=status]");
  const again = box.querySelector<HTMLElement>("[data-again]");
  if (again) again.hidden = true;
  let wait = FIRST_MS;

  const look = async (): Promise<void> => {
    if (root.hidden) return later();
    try {
      const part = await partOf(url, "[data-progress-part]");
      if (part) box.querySelector("[data-progress-part]")?.replaceWith(part);
      if (!part || isDone(box)) return await done();
    } catch {
      // The connection is gone or busy: the next look may find it.
    }
    later();
  };
  const later = (): void => {
    window.setTimeout(() => void look(), wait);
    wait = Math.min(LONGEST_MS, wait * SLOWER);
  };
  const done = async (): Promise<void> => {
    const asked = await partOf(location.href, "[data-asked]");
    if (asked) root.querySelector("[data-asked]")?.replaceWith(asked);
    say(said, box.querySelector("label")?.textContent ?? "");
  };
  later();
}

function isDone(box: HTMLElement): boolean {
  return box.querySelector<HTMLElement>("[data-progress-part]")?.dataset["done"] === "yes";
}

async function partOf(url: string, selector: string): Promise<Element | null> {
  const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector(selector);
  return found ? document.adoptNode(found) : null;
}
