/**
 * The part of the search form that says where: which shape, its points as text, its width. Only
 * with scripts; the form without them has the circle alone. What is drawn on the map stands here as
 * text too, and can be typed here instead.
 */
import { el, need } from "../common/dom";
import type { Position } from "../common/geometry";
import type { FieldProblem } from "../common/problem";
import { distance } from "../common/words";
import { AreaReader } from "./area-reader";
import { type Kind, LEAST_POINTS, MOST_POINTS, type ReadArea, lengthOf, linesOf, pointsText, readPoints } from "./areas";
import { JourneyFields, group } from "./journey";

const SHAPES: readonly (readonly [Kind, string])[] = [
  ["circle", "Circle"],
  ["corridor", "Route"],
  ["polygon", "Area"],
];

export interface AreaFieldsOptions {
  form: HTMLFormElement;
  zone: string;
  occurred: Date;
  /** Another shape was chosen, or points or width were typed. */
  changed(): void;
}

export class AreaFields {
  kind: Kind = "circle";
  path: Position[] = [];
  /** Holes in the outline, which only a file can have. */
  holes: Position[][] = [];
  private readonly reader: AreaReader;
  readonly journey: JourneyFields;
  private readonly width: HTMLInputElement;
  private readonly points: HTMLTextAreaElement;
  private readonly pointsBox: HTMLDetailsElement;
  private readonly said: HTMLElement;
  private readonly row: HTMLElement;
  private readonly parts: Record<"circle" | "corridor" | "path", HTMLElement[]>;

  constructor(private readonly options: AreaFieldsOptions) {
    const { form } = options;
    this.journey = new JourneyFields(options.zone, options.occurred);
    this.width = need(form, "[name=width_m]");
    this.reader = new AreaReader(form, (read) => this.fill(read));
    this.points = el("textarea", { id: "points", name: "points", class: "govuk-textarea mono", rows: 5, spellcheck: "false", "aria-describedby": "points-hint", autocomplete: "off" });
    this.said = el("p", { class: "path-said", role: "status" });
    this.pointsBox = el(
      "details",
      { class: "govuk-details points-box" },
      el("summary", { class: "govuk-details__summary" }, el("span", { class: "govuk-details__summary-text" }, "Points as text")),
      el("div", { class: "govuk-details__text" }, group("points", "Points", this.points, "One in each line, in order: latitude, longitude")),
    );
    const radius = need(form, "[name=radius_m]").closest<HTMLElement>(".govuk-form-group");
    const exact = need(form, "[name=latitude]").closest("details");
    const widthGroup = this.width.closest<HTMLElement>(".govuk-form-group") ?? this.width;
    need(widthGroup, "label").textContent = "Width";
    radius?.after(widthGroup);
    this.row = need(form, ".search-fields");
    this.row.before(this.chooser(), this.said);
    this.row.after(this.journey.element, this.pointsBox);
    this.parts = {
      circle: [radius, exact].filter((part) => part !== null),
      corridor: [widthGroup, this.journey.element],
      path: [this.pointsBox, this.said],
    };
    this.width.addEventListener("input", () => options.changed());
    this.points.addEventListener("input", () => this.typed());
    this.points.addEventListener("change", () => void this.settle());
    this.show();
  }

  get widthM(): number {
    return Number(this.width.value);
  }

  /** Reads points that are written in other forms than plain numbers. The server's problem when it
   * cannot, null else. */
  async settle(): Promise<FieldProblem[] | null> {
    if (this.kind === "circle" || readPoints(this.points.value).wrong === 0) return null;
    const problem = await this.reader.readText(this.points.value);
    return problem === null ? null : [{ field: "points", message: problem }];
  }

  /** A file or text was read: its shape is chosen and its points stand in the form. */
  private fill(read: ReadArea): void {
    const [path = [], ...holes] = linesOf(read);
    // A line for somebody who marks an area is its outline.
    const closes = this.kind === "polygon" && path.length >= LEAST_POINTS.polygon;
    this.choose(read.type === "corridor" && closes ? "polygon" : read.type);
    this.holes = holes;
    this.draw(path); // which says how many corners and holes there are
    this.options.changed();
  }

  /** As if somebody chose this shape. */
  choose(kind: Kind): void {
    this.kind = kind;
    for (const input of this.options.form.querySelectorAll<HTMLInputElement>("[name=shape]")) input.checked = input.value === kind;
    this.draw([]);
    this.show();
  }

  /** The path was drawn. */
  draw(path: Position[]): void {
    this.path = path;
    if (path.length === 0) this.holes = [];
    this.points.value = pointsText(path);
    this.say();
  }

  problems(): FieldProblem[] {
    if (this.kind === "circle") return [];
    const found: FieldProblem[] = [];
    const { path, wrong } = readPoints(this.points.value);
    const least = LEAST_POINTS[this.kind];
    if (wrong > 0) {
      found.push({ field: "points", message: `Line ${wrong} must be a latitude and a longitude, like 52.48142, -1.89983` });
    } else if (path.length < least) {
      found.push({ field: "points", message: this.kind === "corridor" ? "Draw the route on the map, or enter at least two points" : "Draw the area on the map, or enter at least three points" });
    } else if (path.length > MOST_POINTS) {
      found.push({ field: "points", message: `Use ${MOST_POINTS.toLocaleString("en")} points or fewer` });
    }
    if (this.kind !== "corridor") return found;
    if (!(this.widthM > 0)) found.push({ field: "width_m", message: "Enter the width in metres, like 80" });
    return [...found, ...this.journey.problems()];
  }

  /** A field with a problem must not stay inside a closed box. */
  open(): void {
    this.pointsBox.open = true;
  }

  private chooser(): HTMLElement {
    const choices = SHAPES.map(([kind, words]) => {
      const input = el("input", { type: "radio", name: "shape", value: kind, checked: kind === this.kind });
      input.addEventListener("change", () => {
        this.kind = kind;
        // An outline is not a way: what was drawn for one says nothing for the other.
        this.draw([]);
        this.show();
        this.options.changed();
      });
      return el("label", { class: "shape-choice__one" }, input, el("span", {}, words));
    });
    return el("fieldset", { class: "shape-choice" }, el("legend", { class: "govuk-visually-hidden" }, "Where to search"), ...choices);
  }

  private show(): void {
    this.row.classList.toggle("search-fields--one", this.kind === "polygon");
    for (const part of this.parts.circle) part.hidden = this.kind !== "circle";
    for (const part of this.parts.corridor) part.hidden = this.kind !== "corridor";
    for (const part of this.parts.path) part.hidden = this.kind === "circle";
    this.say();
  }

  private typed(): void {
    this.path = readPoints(this.points.value).path;
    this.say();
    this.options.changed();
  }

  /** How long the way is, or what to do. */
  private say(): void {
    const number = this.path.length;
    if (this.kind === "circle") this.said.textContent = "";
    else if (number < LEAST_POINTS[this.kind]) {
      this.said.textContent = this.kind === "corridor" ? "Click on the map along the route, in order, from where they set off. Double-click the last point." : "Click on the map around the area. Double-click the last corner.";
    } else this.said.textContent = this.kind === "corridor" ? `${number} points, ${distance(lengthOf(this.path))} long.` : `${number} corners${this.holes.length > 0 ? `, ${this.holes.length} ${this.holes.length === 1 ? "hole" : "holes"}` : ""}.`;
  }
}
