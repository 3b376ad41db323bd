/**
 * A crime reference that was recorded before is pointed at while the form is still open; recording it
 * once more stays allowed. The list of incidents is asked, which takes a reference however it is
 * written. Without scripts the new incident's page says it.
 */
import { el } from "../common/dom";

export function startSameCrime(root: ParentNode): void {
  const input = root.querySelector<HTMLInputElement>("[data-known-crimes]");
  if (!input) return;
  const said = el("p", { class: "same-crime-said", role: "status" });
  input.after(said);
  let asked = "";
  const ask = async (): Promise<void> => {
    const typed = input.value.trim();
    if (typed === asked) return;
    asked = typed;
    const rows = typed === "" ? [] : await recorded(input.dataset["knownCrimes"] ?? "", typed);
    if (asked !== typed) return;
    const links = rows.map(({ href, at, by }) => el("span", {}, `Already recorded ${at} by ${by}. `, el("a", { href }, "Open it?"), " "));
    said.replaceChildren(...links.slice(0, MOST));
  };
  input.addEventListener("change", () => void ask());
  if (input.value !== "") void ask();
}

const MOST = 3;

interface Recorded {
  href: string;
  at: string;
  by: string;
}

/** The incidents of a crime, as the list of incidents has them; none when it cannot be read. */
async function recorded(list: string, reference: string): Promise<Recorded[]> {
  try {
    const answer = await fetch(`${list}?q=${encodeURIComponent(reference)}`, { credentials: "same-origin", cache: "no-store", redirect: "error" });
    if (!answer.ok) return [];
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [...page.querySelectorAll<HTMLElement>("tr[data-recorded]")].map((row) => ({
      href: row.querySelector("a")?.getAttribute("href") ?? list,
      at: row.dataset["recorded"] ?? "",
      by: row.dataset["by"] ?? "",
    }));
  } catch {
    return [];
  }
}
