/** The search form: where, as numbers and text; why; and asking the API. */
import { el, need } from "../common/dom";
import { clearErrors, showErrors } from "../common/form-errors";
import { type Position, readLatitude, readLongitude } from "../common/geometry";
import { PlaceBoxes } from "../common/place-boxes";
import { Problem } from "../common/problem";
import type { Api } from "./api";
import { AreaFields } from "./area-fields";
import { type Area, type Circle, type Kind, LEAST_POINTS } from "./areas";
import type { SearchResult } from "./types";

const LEAST_M = 25;
const MOST_M = 5000;

/** How the API calls a field → its name in this form. */
const NAMES: Record<string, string> = {
  "area.radius_m": "radius_m",
  "area.centre": "latitude",
  "area.width_m": "width_m",
  "area.path": "points",
  "area.coordinates": "points",
  "speed.preset": "speed",
  "speed.min_kmh": "min_kmh",
  "speed.max_kmh": "max_kmh",
};

export interface SearchFormOptions {
  form: HTMLFormElement;
  api: Api;
  start: Circle;
  zone: string;
  occurred: Date;
  /** The area was typed or slid; null while there is none yet. */
  changed(area: Area | null): void;
  found(result: SearchResult, area: Area): void;
}

export class SearchForm {
  circle: Circle;
  private readonly fields: AreaFields;
  private readonly radius: HTMLInputElement;
  private readonly slider: HTMLInputElement;
  private readonly latitude: HTMLInputElement;
  private readonly longitude: HTMLInputElement;
  private readonly reason: HTMLInputElement;
  private readonly button: HTMLButtonElement;
  private readonly boxes: PlaceBoxes;
  private busy = false;

  constructor(private readonly options: SearchFormOptions) {
    const { form, zone, occurred } = options;
    this.circle = options.start;
    this.radius = need(form, "[name=radius_m]");
    this.latitude = need(form, "[name=latitude]");
    this.longitude = need(form, "[name=longitude]");
    this.reason = need(form, "[name=reason]");
    this.button = need(form, "button[type=submit]");
    this.slider = this.addSlider();
    this.fields = new AreaFields({ form, zone, occurred, changed: () => options.changed(this.area) });
    this.boxes = new PlaceBoxes(this.latitude, this.longitude, () => this.read());
    form.noValidate = true;
    this.read();
    for (const field of [this.radius, this.latitude, this.longitude]) field.addEventListener("input", () => this.read());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
  }

  get kind(): Kind {
    return this.fields.kind;
  }

  /** The points as far as they are drawn or typed. */
  get path(): Position[] {
    return this.fields.path;
  }

  /** What would be searched; null while too few points are there. */
  get area(): Area | null {
    const { kind, path, holes, widthM } = this.fields;
    if (kind === "circle") return this.circle;
    if (path.length < LEAST_POINTS[kind]) return null;
    return kind === "polygon" ? { kind, path, holes } : { kind, path, width: widthM > 0 ? widthM : 1 };
  }

  /** The circle was changed on the map. */
  show(circle: Circle): void {
    const radius = Math.min(MOST_M, Math.max(LEAST_M, round(circle.radius)));
    this.circle = { ...circle, radius };
    this.radius.value = String(radius);
    this.longitude.value = circle.centre[0].toFixed(6);
    this.latitude.value = circle.centre[1].toFixed(6);
    this.slide();
  }

  /** Searches a circle instead, for the reason that was given. */
  searchAround(centre: Position, radius: number): void {
    this.fields.choose("circle");
    this.show({ kind: "circle", centre, radius });
    this.options.changed(this.circle);
    void this.submit();
  }

  /** The path was changed on the map. */
  draw(path: Position[]): void {
    this.fields.draw(path);
  }

  private addSlider(): HTMLInputElement {
    // The slider repeats the number field beside it for a hand on a pointer.
    const slider = el("input", { type: "range", min: 0, max: 100, step: 1, class: "radius-slider", "aria-label": "Radius of the search" });
    slider.addEventListener("input", () => {
      this.radius.value = String(round(LEAST_M * (MOST_M / LEAST_M) ** (Number(slider.value) / 100)));
      this.read();
    });
    const group = this.radius.closest(".govuk-form-group");
    (group?.querySelector(".govuk-input__wrapper") ?? this.radius).after(slider);
    return slider;
  }

  private slide(): void {
    this.slider.value = String(Math.round((100 * Math.log(this.circle.radius / LEAST_M)) / Math.log(MOST_M / LEAST_M)));
    this.slider.setAttribute("aria-valuetext", `${this.circle.radius} metres`);
  }

  private read(): void {
    const radius = Number(this.radius.value);
    const lat = readLatitude(this.latitude.value);
    const lng = readLongitude(this.longitude.value);
    if (!(radius > 0) || lat === null || lng === null) return;
    this.circle = { kind: "circle", centre: [lng, lat], radius };
    this.slide();
    this.options.changed(this.circle);
  }

  private check(): Problem | null {
    const fields = [...(this.kind === "circle" ? this.circleProblems() : this.fields.problems())];
    if (!this.reason.value.trim()) fields.push({ field: "reason", message: "Enter why you are searching here" });
    return fields.length > 0 ? new Problem(422, "There is a problem", fields) : null;
  }

  private circleProblems(): { field: string; message: string }[] {
    const fields: { field: string; message: string }[] = [];
    const radius = Number(this.radius.value);
    if (!this.radius.value.trim() || !Number.isFinite(radius) || radius <= 0) {
      fields.push({ field: "radius_m", message: "Enter the radius in metres, like 500" });
    }
    if (readLatitude(this.latitude.value) === null) fields.push({ field: "latitude", message: "Enter the latitude of the centre, like 52.48142" });
    if (readLongitude(this.longitude.value) === null) fields.push({ field: "longitude", message: "Enter the longitude of the centre, like -1.89983" });
    return fields;
  }

  private async submit(): Promise<void> {
    if (this.busy) return;
    const { form, api, found } = this.options;
    clearErrors(form);
    const unread = this.kind === "circle" ? ((await this.boxes.settle())?.fields ?? null) : await this.fields.settle();
    const wrong = unread ? new Problem(422, "There is a problem", unread) : this.check();
    if (wrong) return this.tell(wrong);
    const area = this.area;
    if (!area) return;
    this.setBusy(true);
    const journey = area.kind === "corridor" ? this.fields.journey.read() : null;
    try {
      found(await api.search(area, this.reason.value.trim(), journey), area);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.tell(error);
    } finally {
      this.setBusy(false);
    }
  }

  /** Says what is wrong at its field, which must not stay inside a closed box. */
  private tell(problem: Problem): void {
    const { form } = this.options;
    const about = (what: RegExp): boolean => problem.fields.some(({ field }) => what.test(field));
    if (about(/latitude|longitude|centre/)) this.latitude.closest("details")?.setAttribute("open", "");
    if (about(/points|path|coordinates/)) this.fields.open();
    showErrors(form, problem, { ...NAMES, area: this.kind === "circle" ? "radius_m" : "points" });
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    this.button.setAttribute("aria-disabled", String(busy));
    this.button.textContent = busy ? "Searching…" : "Search";
    this.options.form.setAttribute("aria-busy", String(busy));
  }
}

/** Round numbers: 5 m steps below 200 m, 10 m below 1 km, then 50 m. */
function round(metres: number): number {
  const step = metres < 200 ? 5 : metres < 1000 ? 10 : 50;
  return Math.round(metres / step) * step;
}
