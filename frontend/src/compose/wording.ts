/** Beginning with a wording, and finding the blanks that it leaves. */
import { need } from "../common/dom";

const BLANK = /\[[^[\]\n]{1,80}\]/;

/** Selecting a wording takes it at once, unless that would throw away what was written by hand. */
export function startWordings(form: HTMLFormElement): void {
  const choice = form.querySelector<HTMLSelectElement>("[data-wording]");
  const use = form.querySelector<HTMLButtonElement>("[data-use]");
  const message = need<HTMLTextAreaElement>(form, "[name=message]");
  if (!choice || !use) return;

  const texts = new Set([...choice.options].map((option) => option.dataset["text"] ?? ""));
  const isOwn = (): boolean => message.value.trim() !== "" && !texts.has(message.value);
  const take = (): void => {
    message.value = choice.selectedOptions[0]?.dataset["text"] ?? message.value;
    message.dispatchEvent(new Event("input", { bubbles: true }));
    // GOV.UK's counter listens for keys only.
    message.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
  };
  choice.addEventListener("change", () => {
    if (!isOwn()) take();
  });
  use.addEventListener("click", (event) => {
    event.preventDefault();
    take();
    selectBlank(message);
  });
}

/** Puts the cursor on the first blank, ready to be typed over; at the end when there is none. */
export function selectBlank(message: HTMLTextAreaElement): void {
  const found = BLANK.exec(message.value);
  const at = found ? found.index : message.value.length;
  message.focus();
  message.setSelectionRange(at, at + (found?.[0].length ?? 0));
}
