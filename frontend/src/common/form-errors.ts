/** Shows a Problem in a form the way the server's pages do: a summary, and words at the fields. */
import { el } from "./dom";
import type { Problem } from "./problem";

/** Clears what an earlier try left. */
export function clearErrors(form: HTMLElement): void {
  for (const left of form.querySelectorAll("[data-error-summary], [data-error-message]")) left.remove();
  for (const group of form.querySelectorAll(".govuk-form-group--error")) group.classList.remove("govuk-form-group--error");
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/**
 * Puts the problem on top of the form and beside its fields, and moves the focus there.
 * names: how the API calls a field → the `name` it has in this form, where they differ.
 */
export function showErrors(form: HTMLElement, problem: Problem, names: Record<string, string> = {}): void {
  clearErrors(form);
  const list = el("ul", { class: "govuk-list govuk-error-summary__list" });
  const unnamed = problem.fields.length === 0 ? [{ field: "", message: problem.sentence }] : problem.fields;
  for (const { field, message } of unnamed) {
    const control = findField(form, names, field);
    if (control) markField(control, message);
    const link = el("a", { href: `#${control?.id ?? ""}` }, message);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      control?.focus();
    });
    list.append(el("li", {}, control ? link : message));
  }
  const summary = el(
    "div",
    { class: "govuk-error-summary", role: "alert", tabindex: -1, "data-error-summary": true },
    el("h2", { class: "govuk-error-summary__title" }, "There is a problem"),
    el("div", { class: "govuk-error-summary__body" }, list),
  );
  form.prepend(summary);
  summary.focus();
}

function findField(form: HTMLElement, names: Record<string, string>, field: string): HTMLElement | null {
  // "area.radius_m" and "area" both have a place: the longest known beginning wins.
  const parts = field.split(/[.[]/);
  for (let length = parts.length; length > 0; length -= 1) {
    const name = parts.slice(0, length).join(".");
    const found = form.querySelector<HTMLElement>(`[name="${CSS.escape(names[name] ?? name)}"]:not([type=hidden])`);
    if (found) return found;
  }
  return null;
}

function markField(control: HTMLElement, message: string): void {
  control.setAttribute("aria-invalid", "true");
  const group = control.closest(".govuk-form-group");
  if (!group) return;
  group.classList.add("govuk-form-group--error");
  const words = el(
    "p",
    { class: "govuk-error-message", "data-error-message": true },
    el("span", { class: "govuk-visually-hidden" }, "Error: "),
    message,
  );
  const before = group.querySelector(".govuk-input__wrapper") ?? control;
  before.before(words);
}
