/** When somebody set off along the way and how fast: the fields, and what the API takes. */
import { el } from "../common/dom";
import type { FieldProblem } from "../common/problem";
import { chosenBelow, watchClockChoice } from "../common/clock-choice";
import { localChoices, localProblem, momentsOf, toLocalInput } from "../common/local-times";
import { iso } from "../common/times";

export interface Journey {
  started_at: string;
  speed: { preset: string } | { min_kmh: number; max_kmh: number };
}

/** As docs/search.md has them. */
const SPEEDS: readonly (readonly [string, string])[] = [
  ["walking", "Walking, 3 to 9 km/h"],
  ["cycling", "Cycling, 9 to 32 km/h"],
  ["driving", "Driving, 9 to 90 km/h"],
  ["range", "Another speed"],
];

export class JourneyFields {
  readonly element: HTMLElement;
  private readonly start: HTMLInputElement;
  private readonly speed: HTMLSelectElement;
  private readonly least: HTMLInputElement;
  private readonly most: HTMLInputElement;
  private readonly range: HTMLElement;

  constructor(
    private readonly zone: string,
    /** The incident's own time: the usual start of a way that leads away from it. */
    private readonly occurred: Date,
  ) {
    this.start = el("input", { type: "datetime-local", id: "started_at", name: "started_at", class: "govuk-input", "aria-describedby": "started_at-hint" });
    this.speed = el("select", { id: "speed", name: "speed", class: "govuk-select" }, ...SPEEDS.map(([value, words]) => el("option", { value }, words)));
    this.least = number("min_kmh");
    this.most = number("max_kmh");
    this.range = el("div", { class: "journey__range", hidden: true }, group("min_kmh", "From, km/h", this.least), group("max_kmh", "to, km/h", this.most));
    const now = el("button", { type: "button", class: "button button--quiet button--small" }, "When it happened");
    now.addEventListener("click", () => {
      this.start.value = toLocalInput(this.occurred, this.zone);
      this.start.dispatchEvent(new Event("input", { bubbles: true }));
      this.start.focus();
    });
    this.element = el(
      "div",
      { class: "journey" },
      group("started_at", "When they set off (optional)", this.start, "Each owner is then asked for the times when they could have passed.", now),
      el("div", {}, group("speed", "How they went", this.speed), this.range),
    );
    watchClockChoice(this.start, this.zone);
    this.speed.addEventListener("change", () => (this.range.hidden = this.speed.value !== "range"));
  }

  /** What is typed, null when no start is. */
  read(): Journey | null {
    const moments = momentsOf(this.start.value, this.zone);
    const meant = localChoices(this.start.value, this.zone).find(({ value }) => value === chosenBelow(this.start));
    const start = moments.length > 1 ? meant?.moment : moments[0];
    if (!start) return null;
    const speed =
      this.speed.value === "range"
        ? { min_kmh: Number(this.least.value), max_kmh: Number(this.most.value) }
        : { preset: this.speed.value };
    return { started_at: iso(start), speed };
  }

  problems(): FieldProblem[] {
    const found: FieldProblem[] = [];
    // A browser gives no value for a time that is half typed.
    if (this.start.validity.badInput) found.push({ field: "started_at", message: "Enter when they set off, date and time, or neither" });
    const unclear = localProblem(this.start.value, this.zone, chosenBelow(this.start));
    if (unclear) found.push({ field: "started_at", message: unclear });
    if (this.speed.value !== "range" || !this.start.value) return found;
    for (const field of [this.least, this.most]) {
      if (!(Number(field.value) > 0)) found.push({ field: field.name, message: "Enter a speed in km/h, like 12" });
    }
    return found;
  }
}

function number(name: string): HTMLInputElement {
  return el("input", { type: "text", inputmode: "decimal", id: name, name, class: "govuk-input govuk-input--width-4", autocomplete: "off" });
}

/** A field with its label and hint, as the server's macros write them. */
export function group(id: string, label: string, field: HTMLElement, hint = "", more: HTMLElement | null = null): HTMLElement {
  return el(
    "div",
    { class: "govuk-form-group" },
    el("label", { class: "govuk-label", for: id }, label),
    hint !== "" && el("div", { class: "govuk-hint", id: `${id}-hint` }, hint),
    field,
    more,
  );
}
