/** The list of sites: the same as the map in words. Rows are made here as the server makes them. */
import { el, need, say } from "../common/dom";
import type { Position } from "../common/geometry";
import { momentWords } from "../common/local-times";
import { count, distance } from "../common/words";
import { setCurrent } from "../console/keys";
import { CellTable, type CellTableOptions } from "../map/cell-table";
import type { Cell } from "../map/cells";
import { scaleOf } from "../map/scale";
import type { Kind } from "./areas";
import { cutWords, foundWords } from "./found-words";
import { shape } from "./shapes";
import type { SortKey, State } from "./state";
import { SIGHT_WORDS, STATE_WORDS, type Sight, type Site, type SiteState, kindWords } from "./types";
import { leftParts, stateParts } from "./site-times";
import { clockShort, firstDay, fullWindow, windowWords } from "./windows";

export class SiteList {
  private readonly rows: HTMLTableSectionElement;
  private readonly all: HTMLInputElement;
  private readonly summary: HTMLElement;
  private readonly legend: HTMLElement;
  private readonly said: HTMLElement;
  private readonly byId = new Map<string, HTMLTableRowElement>();
  private readonly cells: CellTable;
  private day = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly state: State,
    private readonly zone: string,
    private readonly canChoose: boolean,
    /** Where one asks for an owner's name and contact details, "" for those who may not. */
    private readonly contacts: string,
    /** Where it happened: where hexagons lie is said as seen from there. */
    private readonly incident: Position,
  ) {
    this.rows = need(root, "[data-list]");
    this.all = need(root, "[data-choose-all]");
    this.summary = need(root, "[data-found]");
    this.legend = need(root, "[data-legend]");
    this.said = need(root, "[data-said]");
    this.cells = new CellTable(need(root, "[data-cells]"), "the incident", null);
    this.listen();
    this.draw();
  }

  /** There is a map, to which the table of hexagons can lead. */
  connect(map: CellTableOptions): void {
    this.cells.connect(map);
  }

  /** A hexagon was marked on the map. */
  mark(cell: Cell | null): void {
    this.cells.mark(cell);
  }

  private listen(): void {
    const { state } = this;
    state.addEventListener("sites", () => this.draw());
    state.addEventListener("order", () => this.drawRows());
    state.addEventListener("chosen", () => this.drawChosen());
    state.addEventListener("current", () => this.follow());
    this.rows.addEventListener("current", (event) => {
      const row = event.target as HTMLTableRowElement;
      state.setCurrent(row.dataset["id"] ?? null);
    });
    this.rows.addEventListener("click", (event) => {
      const row = (event.target as Element).closest<HTMLTableRowElement>("tr[data-id]");
      if (!row) return;
      state.setCurrent(row.dataset["id"] ?? null);
    });
    this.rows.addEventListener("change", (event) => {
      const box = event.target as HTMLInputElement;
      state.choose([box.value], box.checked);
    });
    this.all.addEventListener("change", () => this.chooseShown(this.all.checked));
    for (const button of this.root.querySelectorAll<HTMLButtonElement>("[data-sort]")) {
      button.addEventListener("click", () => state.sortBy(button.dataset["sort"] as SortKey));
    }
  }

  /** Chooses every site shown, or drops them. */
  chooseShown(on: boolean): void {
    if (!this.canChoose) return;
    this.state.choose(this.state.shown().map((site) => site.id), on);
    say(this.said, on ? `${count(this.state.chosen.size, "site")} chosen` : "None chosen");
  }

  /** Everything anew after a search. */
  private draw(): void {
    const { result } = this.state;
    this.root.hidden = result === null;
    if (!result) return;
    const none = result.sites.length === 0;
    need(this.root, "[data-none]").hidden = !none || result.total > 0;
    need(this.root, "[data-table]").hidden = this.state.shown().length === 0;
    need(this.root, "[data-when]").hidden = !this.state.timed;
    need(this.root, "[data-table]").classList.toggle("found-table--timed", this.state.timed);
    need(this.root, "[data-all-hidden]").hidden = none || this.state.shown().length > 0;
    const cut = need(this.root, "[data-truncated]");
    cut.hidden = !result.truncated && result.hint === "";
    cut.textContent = cutWords(result);
    const notes = need(this.root, "[data-notes]");
    notes.hidden = result.notes.length === 0;
    notes.replaceChildren(...result.notes.map((note) => el("p", { class: "strip" }, note)));
    this.summary.textContent = foundWords(result);
    const counts = need(this.root, "[data-cells]");
    counts.hidden = result.cells.length === 0;
    const byNumber = [...result.cells].sort((a, b) => b.sites - a.sites);
    this.cells.show(byNumber, scaleOf(byNumber.map(({ sites }) => sites)), this.incident);
    need(this.root, "[data-smaller]").hidden = result.cells.length === 0;
    need(this.root, "[data-meaning]").hidden = none;
    this.drawLegend();
    this.drawRows();
  }

  /** Says what "it" is in "Sees it": what was marked. */
  searched(kind: Kind): void {
    need(this.root, "[data-it]").textContent = SEEN[kind];
  }

  /** The states and what is seen, with their counts: what the shapes mean, and filters. */
  private drawLegend(): void {
    const { state } = this;
    const sites = state.result?.sites ?? [];
    const focused = (document.activeElement as HTMLElement | null)?.dataset["chip"];
    const states = (["closing", "live", "lost"] as SiteState[]).map((one) => {
      const number = sites.filter((site) => site.state === one).length;
      const button = chip(one, STATE_WORDS[one], number, !state.hidden.has(one), () => state.toggleState(one));
      button.prepend(shape(one));
      return button;
    });
    const sights = (["yes", "unknown", "no"] as Sight[]).flatMap((one) => {
      const number = sites.filter((site) => site.sees_scene === one).length;
      if (number === 0) return [];
      return [chip(one, SIGHT_CHIPS[one], number, !state.hiddenSights.has(one), () => state.toggleSight(one))];
    });
    // With one kind of them there is nothing to choose.
    const views = sights.length > 1 ? [el("span", { class: "legend__gap" }), ...sights] : [];
    this.legend.replaceChildren(...(sites.length > 0 ? [...states, ...views] : []));
    if (focused) this.legend.querySelector<HTMLElement>(`[data-chip="${focused}"]`)?.focus();
  }

  private drawRows(): void {
    this.byId.clear();
    const shown = this.state.shown();
    this.day = firstDay(shown, this.zone);
    const made = shown.map((site) => this.row(site));
    this.rows.replaceChildren(...made);
    for (const button of this.root.querySelectorAll<HTMLButtonElement>("[data-sort]")) {
      const here = button.dataset["sort"] === this.state.sort;
      const way = this.state.descending ? "descending" : "ascending";
      button.closest("th")?.setAttribute("aria-sort", here ? way : "none");
    }
    this.drawChosen();
  }

  private row(site: Site): HTMLTableRowElement {
    const left = el("td", { class: "nowrap" }, ...leftParts(site, Date.now()));
    if (site.deadline) left.title = `Until ${momentWords(new Date(site.deadline), "dense", this.zone)}`;
    const when = el("td", { class: "nowrap" }, site.window && windowWords(site.window, this.zone, this.day));
    if (site.window) when.title = fullWindow(site.window, this.zone);
    const box = el("input", { type: "checkbox", name: "site_id", value: site.id, id: `site-${site.id}`, "aria-label": `Ask ${label(site)}` });
    const row = el(
      "tr",
      { "data-id": site.id, "aria-current": site.id === this.state.current ? "true" : null },
      el("td", { class: "choose" }, this.canChoose && el("label", { class: "choose__area", for: `site-${site.id}` }, box)),
      el("td", { class: "of-site" }, numberOf(site), whereOf(site), site.asked_at && el("span", { class: "tag tag--waiting" }, `Already asked ${clockShort(site.asked_at, this.zone)}`), !site.checked && el("span", { class: "tag tag--waiting" }, "Address not checked")),
      el("td", {}, ...stateParts(site, Date.now())),
      this.state.timed && when,
      left,
      el("td", { class: "number" }, String(site.cameras)),
      el("td", { class: "of-kind" }, kindWords(site.kind)),
      el("td", { class: site.sees_scene === "yes" ? "" : "muted" }, SIGHT_WORDS[site.sees_scene]),
      this.contacts !== "" && el("td", {}, el("a", { href: this.contacts + site.id, "aria-label": `Owner of ${label(site)}` }, "Owner")),
    );
    this.byId.set(site.id, row);
    return row;
  }

  private drawChosen(): void {
    const { chosen } = this.state;
    const shown = this.state.shown();
    for (const site of shown) {
      const row = this.byId.get(site.id);
      const box = row?.querySelector<HTMLInputElement>("input[name=site_id]");
      if (!row || !box) continue;
      box.checked = chosen.has(site.id);
      row.toggleAttribute("data-chosen", box.checked);
    }
    const number = shown.filter((site) => chosen.has(site.id)).length;
    this.all.checked = number > 0 && number === shown.length;
    this.all.indeterminate = number > 0 && number < shown.length;
  }

  private follow(): void {
    const row = this.state.current ? this.byId.get(this.state.current) : undefined;
    if (row && row.getAttribute("aria-current") !== "true") setCurrent(row, false);
  }
}

const SEEN: Record<Kind, string> = { circle: "the centre of the circle", corridor: "any of the route", polygon: "any of the area" };
const SIGHT_CHIPS: Record<Sight, string> = { yes: "Sees it", unknown: "May see it", no: "Faces away" };

function chip(key: string, words: string, number: number, shown: boolean, act: () => void): HTMLButtonElement {
  const button = el(
    "button",
    { type: "button", class: "chip", "aria-pressed": String(shown), "data-chip": key, disabled: number === 0 },
    `${words} `,
    el("b", {}, String(number)),
  );
  button.addEventListener("click", act);
  return button;
}

function label(site: Site): string {
  const name = site.number > 0 ? `site ${site.number}` : `${kindWords(site.kind)} site`;
  return `${name} at ${whereOf(site)}, ${STATE_WORDS[site.state].toLowerCase()}${site.asked_at ? ", already asked" : ""}`;
}

function numberOf(site: Site): Node | null {
  return site.number > 0 ? el("span", { class: "site-number" }, `${site.number} `) : null;
}

/** Where it is, from the incident. */
function whereOf(site: Site): string {
  return site.where || distance(site.away);
}
