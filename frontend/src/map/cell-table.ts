/** The hexagons as a table: where, how many, and a button that goes there. */
import { el, need } from "../common/dom";
import type { Position } from "../common/geometry";
import { count } from "../common/words";
import { type Cell, whereabouts } from "./cells";
import { hexagonSign } from "./hexagon-sign";
import { type Step, stepOf } from "./scale";

/** More rows than this come when somebody asks for them: every one has a button to pass. */
const FIRST = 8;

export interface CellTableOptions {
  go(cell: Cell): void;
  /** The row of a hexagon has the focus or the pointer, or no row has. */
  pointed(cell: Cell | null): void;
}

export class CellTable {
  private readonly rows: HTMLElement;
  private readonly more: HTMLButtonElement;
  private readonly byCell = new Map<string, HTMLElement>();
  private cells: readonly Cell[] = [];
  private steps: readonly Step[] = [];
  private place: Position = [0, 0];

  /** from: what hexagons lie north or south of, "the middle". options: null while there is no map
   * to go to. */
  constructor(
    private readonly root: HTMLElement,
    private readonly from: string,
    private options: CellTableOptions | null,
  ) {
    need(root, "[data-where-head]").textContent = `Where, from ${from}`;
    this.rows = need(root, "[data-cell-rows]");
    this.more = need(root, "[data-cell-more]");
    this.more.addEventListener("click", () => {
      this.draw(this.cells.length);
      this.buttonOf(this.cells[FIRST])?.focus();
    });
  }

  /** From now on there is a map. */
  connect(options: CellTableOptions): void {
    this.options = options;
    this.draw();
  }

  /**
   * Shows these hexagons, which come with the most sites first, in the map's colours. place: what
   * they lie north or south of. Somebody who was in the table stays in it: at the same hexagon, or at
   * the first. False when there is nothing left to stay at.
   */
  show(cells: readonly Cell[], steps: readonly Step[], place: Position): boolean {
    const active = document.activeElement;
    const held = active instanceof HTMLElement && this.root.contains(active) ? active : null;
    this.cells = cells;
    this.steps = steps;
    this.place = place;
    this.draw();
    if (!held) return true;
    const stay = this.byCell.get(held.dataset["cell"] ?? "")?.querySelector("button") ?? this.buttonOf(cells[0]);
    stay?.focus({ preventScroll: true });
    return stay !== null;
  }

  /** Marks the row of a hexagon. */
  mark(cell: Cell | null): void {
    for (const [name, row] of this.byCell) row.toggleAttribute("data-pointed", name === cell?.cell);
  }

  private draw(most = FIRST): void {
    // One row more than fits is no reason for a button.
    const shown = this.cells.length <= most + 1 ? this.cells : this.cells.slice(0, most);
    this.byCell.clear();
    for (const cell of shown) this.byCell.set(cell.cell, this.row(cell, stepOf(this.steps, cell.sites)?.fill ?? ""));
    this.rows.replaceChildren(...this.byCell.values());
    need(this.root, "[data-go-head]").hidden = this.options === null;
    this.more.hidden = shown.length === this.cells.length;
    this.more.textContent = `List all ${count(this.cells.length, "hexagon")}`;
  }

  private row(cell: Cell, fill: string): HTMLElement {
    const where = whereabouts(cell, this.place);
    const row = el(
      "tr",
      {},
      el("th", { scope: "row" }, cell.where && `${cell.where} `, el("span", { class: cell.where && "muted cell-table__from" }, where || sentence(this.from))),
      el("td", { class: "number" }, hexagonSign(fill), cell.sites.toLocaleString("en-GB")),
    );
    const { options } = this;
    if (!options) return row;
    const button = el("button", { type: "button", class: "button button--secondary button--small", "data-cell": cell.cell, "aria-label": `Show: ${cell.where ? `${cell.where}, ` : ""}${where ? `${where} of ${this.from}` : this.from}` }, "Show");
    button.addEventListener("click", () => options.go(cell));
    for (const kind of ["focusin", "mouseenter"]) row.addEventListener(kind, () => options.pointed(cell));
    for (const kind of ["focusout", "mouseleave"]) row.addEventListener(kind, () => options.pointed(null));
    row.append(el("td", {}, button));
    return row;
  }

  private buttonOf(cell: Cell | undefined): HTMLButtonElement | null {
    return this.byCell.get(cell?.cell ?? "")?.querySelector("button") ?? null;
  }
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
