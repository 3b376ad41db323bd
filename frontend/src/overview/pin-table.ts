/** The single sites of the map as a table: what stands where, and a button that goes there. */
import { el, need } from "../common/dom";
import { type Position, compass, distanceBetween } from "../common/geometry";
import { count, distance } from "../common/words";
import type { Pin } from "./types";

/** More rows than this come when somebody asks for them. */
const FIRST = 10;

export interface PinTableOptions {
  /** Brings a site into the middle of the map. */
  show(pin: Pin): void;
  /** The row of a site has the focus or the pointer, or no row has. */
  pointedAt(pin: Pin | null): void;
}

export class PinTable {
  private readonly rows: HTMLElement;
  private readonly more: HTMLButtonElement;
  private pins: Pin[] = [];
  private place: Position = [0, 0];
  private all = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly options: PinTableOptions,
  ) {
    this.rows = need(root, "[data-pin-rows]");
    this.more = need(root, "[data-pin-more]");
    this.more.addEventListener("click", () => {
      this.all = true;
      this.draw();
      this.rows.querySelectorAll("button")[FIRST]?.focus();
    });
  }

  /**
   * Shows these sites, the nearest to the middle of the map first. Who was in the table stays at the
   * same site, or at the first. False when there is nothing left to stay at.
   */
  show(pins: readonly Pin[], place: Position): boolean {
    const active = document.activeElement;
    const held = active instanceof HTMLElement && this.root.contains(active) ? active : null;
    const away = new Map(pins.map((pin) => [pin, distanceBetween(place, pin.location)]));
    this.pins = [...pins].sort((a, b) => (away.get(a) as number) - (away.get(b) as number));
    this.place = place;
    this.root.hidden = pins.length === 0;
    if (pins.length === 0) this.all = false;
    this.draw();
    if (!held) return true;
    const buttons = [...this.rows.querySelectorAll("button")];
    const stay = buttons.find((button) => button.dataset["pin"] === held.dataset["pin"]) ?? buttons[0];
    stay?.focus({ preventScroll: true });
    return stay !== undefined;
  }

  private draw(): void {
    const shown = this.all || this.pins.length <= FIRST + 1 ? this.pins : this.pins.slice(0, FIRST);
    this.rows.replaceChildren(...shown.map((pin) => this.row(pin)));
    this.more.hidden = shown.length === this.pins.length;
    this.more.textContent = `List all ${count(this.pins.length, "site")}`;
  }

  private row(pin: Pin): HTMLElement {
    const what = `${pin.kind === "home" ? "Home" : "Business"}, ${count(pin.cameras, "camera")}`;
    const metres = distanceBetween(this.place, pin.location);
    const from = metres < 3 ? "the middle" : `${distance(metres)} ${compass(this.place, pin.location)}`;
    const where = [pin.where, from].filter(Boolean).join(", ");
    const button = el("button", { type: "button", class: "button button--secondary button--small", "data-pin": pin.location.join(), "aria-label": `Show: ${what}, ${where}` }, "Show");
    button.addEventListener("click", () => this.options.show(pin));
    const row = el(
      "tr",
      {},
      el("th", { scope: "row" }, el("span", { class: `overview__sign overview__sign--${pin.kind}`, "aria-hidden": "true" }), what, el("span", { class: "muted pin-table__where" }, where)),
      el("td", {}, button),
    );
    for (const kind of ["focusin", "mouseenter"]) row.addEventListener(kind, () => this.options.pointedAt(pin));
    for (const kind of ["focusout", "mouseleave"]) row.addEventListener(kind, () => this.options.pointedAt(null));
    return row;
  }
}
