/** The panel beside the map: the same in words, and a way to each hexagon by keyboard. */
import { need, say } from "../common/dom";
import { type Position, beside } from "../common/geometry";
import { CellTable, type CellTableOptions } from "../map/cell-table";
import { type Bounds, type Cell, inView } from "../map/cells";
import { scaleOf } from "../map/scale";
import { PinTable, type PinTableOptions } from "./pin-table";
import type { Part, Pin } from "./types";
import { summary } from "./words";

export interface PanelOptions extends CellTableOptions, PinTableOptions {
  /** Asks again for what the map shows. */
  retry(): void;
  /** Shows the whole of the force's area. */
  home(): void;
}

export class Panel {
  private said = "";
  private readonly table: CellTable;
  private readonly pins: PinTable;

  constructor(
    private readonly root: HTMLElement,
    options: PanelOptions,
  ) {
    this.table = new CellTable(need(root, "[data-cells]"), "the middle", options);
    this.pins = new PinTable(need(root, "[data-pins]"), options);
    need(root, "[data-plain]").hidden = true;
    need(root, "[data-retry]").addEventListener("click", () => options.retry());
    const home = need(root, "[data-home]");
    home.hidden = false;
    home.addEventListener("click", () => options.home());
  }

  show(part: Part, window: Bounds, centre: Position): void {
    this.tell("");
    const cells = inView(part.cells, window);
    const words = summary(part, cells);
    // Said again only when it is news: moving the map must not talk without end.
    if (words !== this.said) say(need(this.root, "[data-summary]"), words);
    this.said = words;
    need(this.root, "[data-kinds]").hidden = part.shown !== "sites";
    need(this.root, "[data-zoom-hint]").hidden = part.shown === "sites" || part.hint !== "";
    const steps = scaleOf(part.cells.map(({ sites }) => sites));
    const stayed = [this.table.show(cells, steps, centre), this.pins.show(inFrame(part.sites, window), centre)].every(Boolean);
    need(this.root, "[data-cells]").hidden = cells.length === 0;
    // The way into the last hexagon ends at single sites: at what is said about them.
    if (!stayed) need(this.root, "h2").focus({ preventScroll: true });
  }

  /** Marks the row of a hexagon that is marked on the map. */
  mark(cell: Cell | null): void {
    this.table.mark(cell);
  }

  /** Says that what stands here is of the part before. */
  wait(): void {
    this.said = "Reading this part of the map …";
    need(this.root, "[data-summary]").textContent = this.said;
  }

  /** Says what went wrong; "" when it is over. */
  tell(problem: string): void {
    const place = need(this.root, "[data-problem]");
    // Whoever pressed "Try again" must not be left nowhere.
    if (problem === "" && place.contains(document.activeElement)) need(this.root, "h2").focus({ preventScroll: true });
    place.hidden = problem === "";
    need(place, "[role=alert]").textContent = problem;
  }
}

/** The sites that the window shows. */
function inFrame(pins: readonly Pin[], [west, south, east, north]: Bounds): Pin[] {
  const middle = (west + east) / 2;
  return pins.filter(({ location: [lng, lat] }) => {
    const here = beside(lng, middle);
    return here >= west && here <= east && lat >= south && lat <= north;
  });
}
