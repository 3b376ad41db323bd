/**
 * Offers a map with street names in place of the reply page's drawing. Only when asked for: it is a
 * megabyte, and many people answer on a phone they pay for. The drawing says the same.
 */
import { data, el } from "../common/dom";

export function offerStreetMap(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-street-map]")) offer(place);
}

function offer(place: HTMLElement): void {
  const drawing = place.parentElement?.querySelector<SVGElement>(":scope > svg");
  if (!drawing) return;
  const button = el("button", { type: "button", class: "govuk-button govuk-button--secondary reply-map__more" }, "Show street names");
  button.addEventListener("click", () => void show());
  place.hidden = false;
  place.append(button);

  async function show(): Promise<void> {
    button.disabled = true;
    button.textContent = "Loading the map …";
    const canvas = el("div", { class: "map-frame reply-map__street" });
    place.before(canvas);
    try {
      const { drawStreetMap } = await import("./street-map");
      await drawStreetMap(canvas, JSON.parse(data(place, "streetMap")), data(place, "basemap"), data(place, "label"));
      drawing?.remove();
      place.remove();
      canvas.querySelector<HTMLElement>("canvas")?.focus();
    } catch (error) {
      console.warn(error);
      canvas.remove();
      place.replaceChildren(el("p", { class: "govuk-body-s", role: "status" }, "This browser cannot show the map. The drawing shows the same without street names."));
    }
  }
}
