/**
 * Below the box of a local time that clocks showed twice: which of the two moments is meant, as the
 * server's forms ask it (parts/form.html), as soon as such a time is typed. Nothing is chosen
 * beforehand.
 */
import { el } from "./dom";
import { localChoices } from "./local-times";

/** What the name of a time's field ends in where a form asks which of two moments is meant. */
export const WHICH = ".which";

export function startClockChoices(root: ParentNode, zone: string): void {
  if (!zone) return;
  for (const input of root.querySelectorAll<HTMLInputElement>("input[data-local-time]")) watchClockChoice(input, zone);
}

/** Keeps the choice below this box in step with what is typed in it. */
export function watchClockChoice(input: HTMLInputElement, zone: string): void {
  // While a year is being typed the value is empty, or another century's: neither has a choice.
  input.addEventListener("input", () => draw(input, zone));
}

/** The choice that was made below this box; "" for none. */
export function chosenBelow(input: HTMLInputElement): string {
  return fieldset(input)?.querySelector<HTMLInputElement>("input:checked")?.value ?? "";
}

function fieldset(input: HTMLInputElement): HTMLElement | null {
  const box = input.closest(".govuk-form-group, td") ?? input.parentElement;
  const all = [...(box?.parentElement?.querySelectorAll<HTMLElement>("[data-clock-choice]") ?? [])];
  return all.find((one) => one.dataset["clockChoice"] === input.name) ?? null;
}

function draw(input: HTMLInputElement, zone: string): void {
  const before = fieldset(input);
  const choices = localChoices(input.value, zone);
  if (choices.length === 0) return before?.remove();
  const name = input.name + WHICH;
  const radios = choices.map(({ value, words }) =>
    el("label", { class: "clock-choice__one" }, el("input", { type: "radio", name, value, checked: chosenBelow(input) === value }), words),
  );
  const legend = el("legend", { class: "clock-choice__legend" }, "Which one?", el("span", { class: "govuk-visually-hidden" }, " This time came twice, because the clocks went back."));
  const made = el("fieldset", { class: "clock-choice", "data-clock-choice": input.name }, legend, ...radios);
  if (before) before.replaceWith(made);
  else if (input.closest("td")) input.after(made);
  else (input.closest(".govuk-form-group") ?? input).after(made);
}
