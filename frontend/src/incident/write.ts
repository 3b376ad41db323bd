/** Below the list: how many sites are chosen, and the way to the page on which they are written to. */
import { need } from "../common/dom";
import { count } from "../common/words";
import type { State } from "./state";

/** The server's own limit for one request. */
const MOST_SITES = 500;

/**
 * The form around the list is sent as it stands: the boxes in it are the choice. This says what the
 * choice is, and names the search.
 */
export function startWriting(form: HTMLFormElement, state: State): void {
  const panel = need(form, "[data-compose]");
  const tally = need(form, "[data-tally]");
  const button = need<HTMLButtonElement>(form, "[data-write]");
  const searchId = need<HTMLInputElement>(form, "[data-search-id]");

  const draw = (): void => {
    const sites = [...state.chosen].map((id) => state.site(id));
    const lost = sites.filter((site) => site?.state === "lost").length;
    const number = state.chosen.size;
    searchId.value = state.result?.search_id ?? "";
    panel.hidden = (state.result?.sites.length ?? 0) === 0;
    tally.textContent =
      number === 0
        ? "Choose sites in the list or on the map, then write to their owners. Nothing is sent yet."
        : number > MOST_SITES
          ? `${count(number, "site")} chosen. One request asks ${MOST_SITES} at most.`
          : `${count(number, "site")} chosen${lost ? `, ${lost} of them likely lost: they are asked once, without reminders` : ""}. Nothing is sent yet.`;
    button.textContent = number === 0 ? "Write to chosen owners" : `Write to ${count(number, "owner")}`;
  };
  for (const kind of ["chosen", "sites"]) state.addEventListener(kind, draw);
  // Without a choice the next page would have nothing ticked: said here, where the list is.
  form.addEventListener("submit", (event) => {
    const all = event.submitter instanceof HTMLButtonElement && event.submitter.value === "all";
    if (state.chosen.size > 0 || all) return;
    event.preventDefault();
    tally.textContent = "Choose at least one site in the list or on the map.";
    tally.tabIndex = -1;
    tally.focus();
  });
  draw();
}
