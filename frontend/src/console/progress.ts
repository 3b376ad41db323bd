/**
 * How far the messages of a request are, asked for again until all are out: soon at first, then less
 * and less often, and not while nobody looks. Then the list of sites is fetched once. From then on
 * the same numbers tell that answers have come; the list itself is only fetched when the officer
 * asks for it, because that is a look at answers, and goes on record.
 */
import { need, say } from "../common/dom";
import { enhanceTimes } from "../common/times";
import { newsWords } from "./news";

const FIRST_MS = 1500;
const SLOWER = 1.5;
const LONGEST_MS = 15_000;
const LONGEST_FOR_NEWS_MS = 60_000;

export function startProgress(root: Document): void {
  const box = root.querySelector<HTMLElement>("[data-progress]");
  const url = box?.dataset["progress"];
  if (!box || !url) return;
  const said = need(box, "[role=status]");
  const news = need(box, "[data-news]");
  const again = box.querySelector<HTMLElement>("[data-again]");
  if (again) again.hidden = true;
  let sending = !isDone(box);
  let wait = FIRST_MS;

  const look = async (): Promise<void> => {
    if (root.hidden) return later();
    try {
      const part = await partOf(url, "[data-progress-part]");
      if (!part) return await finish(); // the request has ended
      box.querySelector("[data-progress-part]")?.replaceWith(part);
      if (sending && isDone(box)) await finish();
      tell();
    } catch {
      // The connection is gone or busy: the next look may find it.
    }
    later();
  };
  const later = (): void => {
    window.setTimeout(() => void look(), wait);
    wait = Math.min(sending ? LONGEST_MS : LONGEST_FOR_NEWS_MS, wait * SLOWER);
  };
  const finish = async (): Promise<void> => {
    if (sending) {
      await fetchList(root);
      say(said, box.querySelector("label")?.textContent ?? "");
    }
    sending = false;
  };
  const tell = (): void => {
    const words = sending ? "" : newsWords(shown(root, "[data-asked]"), shown(box, "[data-progress-part]"));
    if (words === need(news, "span").textContent) return;
    need(news, "span").textContent = words;
    news.hidden = words === "";
    if (words) say(said, words);
  };
  need(news, "button").addEventListener("click", () => {
    void fetchList(root).then(() => {
      tell();
      need(root, "#asked-title").focus();
    });
  });
  later();
}

async function fetchList(root: Document): Promise<void> {
  const asked = await partOf(location.href, "[data-asked]");
  if (!asked) return;
  root.querySelector("[data-asked]")?.replaceWith(asked);
  enhanceTimes(asked, root.body.dataset["timeZone"] ?? "", "hint");
}

/** How the answers stand, as a part of the page says it. */
function shown(root: ParentNode, selector: string): { answered: number; standing: string } {
  const data = root.querySelector<HTMLElement>(selector)?.dataset;
  return { answered: Number(data?.["answered"] ?? 0), standing: data?.["standing"] ?? "" };
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
