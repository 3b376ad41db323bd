/** The search form: the circle as numbers, a slider, the reason. */
import { el, need } from "../common/dom";
import { clearErrors, showErrors } from "../common/form-errors";
import { type Position, readLatitude, readLongitude } from "../common/geometry";
import { Problem } from "../common/problem";
import type { Api } from "./api";
import type { Circle, SearchResult } from "./types";

const LEAST_M = 25;
const MOST_M = 5000;

export interface SearchFormOptions {
  form: HTMLFormElement;
  api: Api;
  start: Circle;
  /** The circle was typed or slid. */
  changed(circle: Circle): void;
  found(result: SearchResult, circle: Circle): void;
}

export class SearchForm {
  circle: Circle;
  private readonly radius: HTMLInputElement;
  private readonly slider: HTMLInputElement;
  private readonly latitude: HTMLInputElement;
  private readonly longitude: HTMLInputElement;
  private readonly reason: HTMLInputElement;
  private readonly button: HTMLButtonElement;
  private busy = false;

  constructor(private readonly options: SearchFormOptions) {
    const { form } = options;
    this.circle = options.start;
    this.radius = need(form, "[name=radius_m]");
    this.latitude = need(form, "[name=latitude]");
    this.longitude = need(form, "[name=longitude]");
    this.reason = need(form, "[name=reason]");
    this.button = need(form, "button[type=submit]");
    this.slider = this.addSlider();
    form.noValidate = true;
    this.read();
    for (const field of [this.radius, this.latitude, this.longitude]) field.addEventListener("input", () => this.read());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
  }

  /** The circle was changed on the map. */
  show(circle: Circle): void {
    const radius = Math.min(MOST_M, Math.max(LEAST_M, round(circle.radius)));
    this.circle = { centre: circle.centre, radius };
    this.radius.value = String(radius);
    this.longitude.value = circle.centre[0].toFixed(6);
    this.latitude.value = circle.centre[1].toFixed(6);
    this.slide();
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
    const centre: Position = [lng, lat];
    this.circle = { centre, radius };
    this.slide();
    this.options.changed(this.circle);
  }

  private check(): Problem | null {
    const fields: { field: string; message: string }[] = [];
    const radius = Number(this.radius.value);
    if (!this.radius.value.trim() || !Number.isFinite(radius) || radius <= 0) {
      fields.push({ field: "radius_m", message: "Enter the radius in metres, like 500" });
    }
    if (readLatitude(this.latitude.value) === null) fields.push({ field: "latitude", message: "Enter the latitude of the centre, like 52.48142" });
    if (readLongitude(this.longitude.value) === null) fields.push({ field: "longitude", message: "Enter the longitude of the centre, like -1.89983" });
    if (!this.reason.value.trim()) fields.push({ field: "reason", message: "Enter why you are searching here" });
    return fields.length > 0 ? new Problem(422, "There is a problem", fields) : null;
  }

  private async submit(): Promise<void> {
    if (this.busy) return;
    const { form, api, found } = this.options;
    clearErrors(form);
    const wrong = this.check();
    if (wrong) {
      this.openFor(wrong);
      return showErrors(form, wrong);
    }
    this.setBusy(true);
    const circle = this.circle;
    try {
      found(await api.search(circle, this.reason.value.trim()), circle);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const names = { "area.radius_m": "radius_m", area: "radius_m", "area.centre": "latitude" };
      this.openFor(error);
      showErrors(form, error, names);
    } finally {
      this.setBusy(false);
    }
  }

  /** A field with a problem must not stay inside a closed "Exact centre". */
  private openFor(problem: Problem): void {
    const inside = problem.fields.some(({ field }) => /latitude|longitude|centre/.test(field));
    if (inside) this.latitude.closest("details")?.setAttribute("open", "");
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
