/** Tells the page's answer form that footage was sent, so that nobody is asked for it once more. */
import { el } from "../common/dom";
import { count } from "../common/words";

/** Files that were sent while this page was open, by the id of their upload. */
const sent = new Set<string>();
const told = el("div", { class: "govuk-inset-text", "data-sent-now": true });

/** arrived: true when the file counts as sent, false when the check refused it. */
export function noteSent(id: string, arrived: boolean): void {
  if (arrived) sent.add(id);
  else sent.delete(id);
  const form = document.querySelector<HTMLFormElement>("#your-answer");
  if (!form) return;
  form.hidden = sent.size > 0;
  for (const way of document.querySelectorAll<HTMLElement>(".reply-ways")) way.hidden = sent.size > 0;
  told.textContent = `You sent ${count(sent.size, "file")}. You do not need to answer as well.`;
  if (sent.size > 0) form.before(told);
  else told.remove();
}
