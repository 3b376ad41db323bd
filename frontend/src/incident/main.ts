/**
 * The incident page's island. The page is complete without it: the same forms post to the server
 * and come back with the same table. With it they talk to the API and a map shows the same sites.
 */
import { data, need, noMap } from "../common/dom";
import type { Position } from "../common/geometry";
import { Api } from "./api";
import { SearchForm } from "./search-form";
import { SiteList } from "./site-list";
import type { SiteMap, SiteMapOptions } from "./site-map";
import { State } from "./state";
import { type Area, type Circle, same } from "./areas";
import { readSearch } from "./types";
import { startWriting } from "./write";

/** Metres around the incident that are offered where an area is too large to list: under the 100 km²
 * up to which sites are listed. */
const SMALLER_M = 5000;

const root = document.querySelector<HTMLElement>("#incident-island");
if (root) start(root);

function start(island: HTMLElement): void {
  const api = new Api(data(island, "api", "/api/v1"), data(island, "tokenUrl", "/console/token"), data(island, "incidentId"));
  const zone = data(island, "timeZone", "UTC");
  const centre: Position = [Number(data(island, "longitude")), Number(data(island, "latitude"))];
  const state = new State(centre);
  const request = need<HTMLFormElement>(island, "[data-request-form]");
  const canRequest = island.dataset["canRequest"] === "yes";
  const searchForm = island.querySelector<HTMLFormElement>("[data-search-form]");

  island.classList.add("work--live");
  const list = new SiteList(request, state, zone, canRequest, data(island, "contacts"), centre);
  if (canRequest) startWriting(request, state);
  adoptServerSearch(request, state);

  let map: SiteMap | null = null;
  let searched: Area | null = state.result && searchForm ? readCircle(searchForm, centre) : null;
  const stale = need(request, "[data-stale]");
  const compare = (area: Area | null): void => {
    stale.hidden = searched === null || (area !== null && same(area, searched));
  };
  const placing = need<HTMLButtonElement>(island, "[data-placing]");
  const setPlacing = (on: boolean): void => {
    placing.setAttribute("aria-pressed", String(on));
    map?.setPlacing(on);
  };

  // Known to what it calls while it is being made.
  let form: SearchForm | null = null;
  form = searchForm
    ? new SearchForm({
        form: searchForm,
        api,
        start: { kind: "circle", centre, radius: 500 },
        zone,
        occurred: new Date(data(island, "occurredFrom")),
        changed: (area) => {
          if (form) {
            placing.hidden = map === null || form.kind !== "circle";
            map?.show(form.kind, area, form.path);
          }
          compare(area);
        },
        found: (result, area) => {
          searched = area;
          state.found(result);
          list.searched(area.kind);
          void refreshSearches(island);
          map?.searched(area);
          setPlacing(false);
          compare(area);
          const heading = need(request, "[data-found]");
          heading.tabIndex = -1;
          heading.focus({ preventScroll: true });
          request.scrollIntoView({ block: "nearest" });
        },
      })
    : null;

  const smaller = request.querySelector<HTMLButtonElement>("[data-smaller] button");
  smaller?.addEventListener("click", (event) => {
    event.preventDefault();
    form?.searchAround(centre, SMALLER_M);
  });
  placing.addEventListener("click", () => setPlacing(placing.getAttribute("aria-pressed") !== "true"));
  document.addEventListener("keydown", (event) => {
    const typing = (event.target as Element).matches("textarea, select, input:not([type=checkbox], [type=range])");
    if (event.key !== "a" || event.ctrlKey || event.metaKey || event.altKey || typing || !state.result) return;
    event.preventDefault();
    const shown = state.shown();
    list.chooseShown(!shown.every((site) => state.chosen.has(site.id)));
  });

  void showMap(island, {
    incident: centre,
    circle: form?.circle ?? { kind: "circle", centre, radius: 500 },
    editable: form !== null,
    state,
    changed: (circle) => {
      form?.show(circle);
      compare(form?.circle ?? circle);
    },
    drawn: (path) => {
      form?.draw(path);
      map?.plan(form?.area ?? null);
      compare(form?.area ?? null);
    },
    pointed: (cell) => list.mark(cell),
  }).then((made) => {
    map = made;
    if (made) list.connect({ go: (cell) => made.hexagons.goTo(cell), pointed: (cell) => made.hexagons.mark(cell) });
    placing.hidden = !made || !form || form.kind !== "circle";
    if (form && form.kind !== "circle") made?.show(form.kind, form.area, form.path);
    if (searched) made?.searched(searched);
    setPlacing(state.result === null && form !== null);
  });
}

/** The map comes after the rest, and the page works on when it cannot be drawn. */
async function showMap(
  island: HTMLElement,
  options: Omit<SiteMapOptions, "container" | "tools" | "basemap">,
): Promise<SiteMap | null> {
  const frame = need(island, "[data-map-frame]");
  const container = need(island, "[data-map]");
  frame.hidden = false;
  try {
    const { SiteMap } = await import("./site-map");
    return await SiteMap.make({ ...options, container, tools: need(island, ".map-tools"), basemap: data(island, "basemap") });
  } catch (error) {
    console.warn(error);
    noMap(container, "The search and the list work without it.");
    return null;
  }
}

/** After the plain form was posted the server's table is already there: carry on from it. */
function adoptServerSearch(form: HTMLFormElement, state: State): void {
  const table = need(form, "[data-table]");
  if (table.dataset["searchId"] === undefined) return;
  const rows = [...table.querySelectorAll<HTMLElement>("[data-site]")];
  const sites = rows.map((row) => JSON.parse(row.dataset["site"] ?? "null") as unknown);
  const chosen = rows.flatMap((row) => {
    const box = row.querySelector<HTMLInputElement>("input:checked");
    return box ? [box.value] : [];
  });
  state.found(
    readSearch({
      search_id: table.dataset["searchId"],
      total: Number(table.dataset["total"]),
      lost: Number(table.dataset["lost"]),
      truncated: table.dataset["truncated"] === "yes",
      sites,
    }),
  );
  // The list has a button for these.
  table.querySelector("[data-lost-sites]")?.remove();
  if (chosen.some((id) => state.site(id)?.state === "lost")) state.toggleState("lost");
  if (chosen.length > 0) state.choose(chosen, true);
}

/** The list of searches holds the one just made. When it cannot be read the old list stays. */
async function refreshSearches(island: HTMLElement): Promise<void> {
  const box = need(island, "[data-searches]");
  try {
    const answer = await fetch(data(box, "url"), { credentials: "same-origin", cache: "no-store", redirect: "error" });
    if (!answer.ok) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    need(box, "[data-searches-part]").replaceChildren(...part.body.childNodes);
    box.hidden = false;
  } catch (error) {
    console.warn(error);
  }
}

function readCircle(form: HTMLFormElement, otherwise: Position): Circle {
  const value = (name: string): number => Number(need<HTMLInputElement>(form, `[name=${name}]`).value);
  const centre: Position = [value("longitude"), value("latitude")];
  return { kind: "circle", centre: centre.every(Number.isFinite) ? centre : otherwise, radius: value("radius_m") || 500 };
}
