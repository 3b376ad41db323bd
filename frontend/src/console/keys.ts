/**
 * Keys of the console. Single letters work only where nobody types, and never with Ctrl, Alt or
 * Meta, so that the browser's and a screen reader's own keys stay theirs (WCAG 2.1.4: they can be
 * turned off in the list of shortcuts).
 */
import { el } from "../common/dom";

const OFF = "sightline-keys-off";

const KEYS: [string[], string][] = [
  [["/"], "Go to the search field"],
  [["j"], "Next item in the list"],
  [["k"], "Previous item"],
  [["x"], "Choose or drop the item"],
  [["Enter"], "Open the item"],
  [["g", "i"], "Incidents"],
  [["g", "m"], "Map"],
  [["g", "n"], "New incident"],
  [["?"], "This list"],
];

export function startKeys(root: Document): void {
  const button = root.querySelector<HTMLButtonElement>("[data-shortcuts]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => showKeys(root));
  }
  let going = false;
  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || root.querySelector("dialog[open]")) return;
    if (stored(OFF)) return;
    const wasGoing = going;
    going = event.key === "g";
    if (wasGoing && go(root, event.key)) return event.preventDefault();
    if (handle(root, event.key, event.target)) event.preventDefault();
  });
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
}

/** The page of the menu that a letter after g leads to. Not every officer's menu has all of them. */
function place(root: Document, key = ""): string | undefined {
  const path = { i: "/console", m: "/console/map", n: "/console/incidents/new" }[key];
  return path && root.querySelector(`.bar a[href="${path}"]`) ? path : undefined;
}

function go(root: Document, key: string): boolean {
  const path = place(root, key);
  if (path) location.assign(path);
  return path !== undefined;
}

function handle(root: Document, key: string, target: EventTarget | null): boolean {
  switch (key) {
    case "/": {
      const search = root.querySelector<HTMLElement>("[data-search]");
      search?.focus();
      return search !== null;
    }
    case "?":
      showKeys(root);
      return true;
    case "j":
      return step(root, 1);
    case "k":
      return step(root, -1);
    case "x":
    case " ":
      // Space keeps its meaning on a focused control.
      if (key === " " && target instanceof HTMLElement && target.matches("a, button, input, summary")) return false;
      return press(root, "input[type=checkbox]");
    case "Enter":
      if (target instanceof HTMLElement && target.matches("a, button, input, summary")) return false;
      return press(root, "a[href]");
    default:
      return false;
  }
}

/** The visible items of the page's list: its children, or in a table of several groups its marked rows. */
function items(root: Document): HTMLElement[] {
  const list = root.querySelector("[data-list]");
  if (!list) return [];
  const all = list instanceof HTMLTableElement ? list.querySelectorAll("[data-item]") : list.children;
  return [...all].filter((item): item is HTMLElement => item instanceof HTMLElement && !item.hidden);
}

/** Moves the mark that shows where one is in the list. An event tells others, such as a map. */
function step(root: Document, by: number): boolean {
  const all = items(root);
  if (all.length === 0) return false;
  const at = all.findIndex((item) => item.getAttribute("aria-current") === "true");
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
  setCurrent(all[next] as HTMLElement, true);
  return true;
}

/** Marks one item of its list as the current one and brings it into view. */
export function setCurrent(item: HTMLElement, focus: boolean): void {
  const list = item.closest("[data-list]") ?? item.parentElement;
  for (const other of list?.querySelectorAll('[aria-current="true"]') ?? []) {
    other.removeAttribute("aria-current");
  }
  item.setAttribute("aria-current", "true");
  item.scrollIntoView({ block: "nearest" });
  if (focus) {
    item.tabIndex = -1;
    item.focus({ preventScroll: true });
  }
  item.dispatchEvent(new CustomEvent("current", { bubbles: true }));
}

function press(root: Document, selector: string): boolean {
  const current = items(root).find((item) => item.getAttribute("aria-current") === "true");
  const control = current?.querySelector<HTMLElement>(selector);
  control?.click();
  return control !== null && control !== undefined;
}

function showKeys(root: Document): void {
  const more = [...root.querySelectorAll<HTMLElement>("[data-keys]")].flatMap(
    (element) => JSON.parse(element.dataset["keys"] ?? "[]") as [string[], string][],
  );
  const list = el("dl", { class: "keys" });
  const known = KEYS.filter(([keys]) => keys[0] !== "g" || place(root, keys[1]));
  for (const [keys, meaning] of [...known, ...more]) {
    list.append(el("dt", {}, ...keys.map((key) => el("kbd", {}, key))), el("dd", {}, meaning));
  }
  const off = el("input", { type: "checkbox", id: "keys-off" });
  off.checked = stored(OFF);
  off.addEventListener("change", () => store(OFF, off.checked));
  const close = el("button", { type: "button", class: "button button--secondary button--small" }, "Close");
  const dialog = el(
    "dialog",
    { class: "sheet", "aria-labelledby": "keys-title" },
    el("div", { class: "sheet__head" }, el("h2", { id: "keys-title" }, "Keyboard shortcuts"), close),
    el("div", { class: "sheet__body" }, list, el("p", {}, el("label", { for: "keys-off" }, off, " Turn single-key shortcuts off"))),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  root.body.append(dialog);
  dialog.showModal();
}

function stored(name: string): boolean {
  try {
    return localStorage.getItem(name) !== null;
  } catch {
    return false;
  }
}

function store(name: string, on: boolean): void {
  try {
    if (on) localStorage.setItem(name, "1");
    else localStorage.removeItem(name);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
