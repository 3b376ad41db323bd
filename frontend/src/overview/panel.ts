/** The panel beside the map: the same in words, and a way to the busiest squares by keyboard. */
import { el, need, say } from "../common/dom";
import type { Position } from "../common/geometry";
import type { Bounds, Cell, Part } from "./types";
import { busiest, summary, whereabouts } from "./words";

export class Panel {
  private said = "";

  /** go: shows a square on the map. */
  constructor(
    private readonly root: HTMLElement,
    private readonly go: (cell: Cell) => void,
  ) {
    need(root, "[data-go-head]").hidden = false;
  }

  show(part: Part, window: Bounds, centre: Position): void {
    this.tell("");
    const words = summary(part);
    // Said again only when it is news: moving the map must not talk without end.
    if (words !== this.said) say(need(this.root, "[data-summary]"), words);
    this.said = words;
    need(this.root, "[data-kinds]").hidden = part.shown !== "pins";
    need(this.root, "[data-zoom-hint]").hidden = part.shown === "pins" || part.hint !== "";
    const squares = busiest(part, window);
    need(this.root, "[data-busiest]").hidden = squares.length === 0;
    need(this.root, "[data-list]").replaceChildren(...squares.map((cell) => this.row(cell, centre)));
  }

  /** Says that what stands here is of the part before. */
  wait(): void {
    this.said = "Reading this part of the map …";
    need(this.root, "[data-summary]").textContent = this.said;
  }

  /** Says what went wrong; "" when it is over. */
  tell(problem: string): void {
    const place = need(this.root, "[data-problem]");
    place.hidden = problem === "";
    place.textContent = problem;
  }

  private row(cell: Cell, centre: Position): HTMLElement {
    const where = whereabouts(cell, centre);
    const button = el(
      "button",
      { type: "button", class: "button button--secondary button--small", "aria-label": `Show: ${where}` },
      "Show",
    );
    button.addEventListener("click", () => this.go(cell));
    return el(
      "tr",
      {},
      el("td", {}, where),
      el("td", { class: "number" }, cell.sites.toLocaleString("en-GB")),
      el("td", {}, button),
    );
  }
}
