/**
 * The map on the registration page. The two number fields are the truth: the map only fills
 * them, and only when the person moves the pin. As long as the pin stands where the postcode put
 * it they stay empty, and the server takes the postcode's position and notes that it did.
 */
import { data, need, say } from "../common/dom";
import { type Position, compass, distanceBetween, readLatitude, readLongitude } from "../common/geometry";
import { PlaceBoxes } from "../common/place-boxes";
import type { Map } from "../map/setup";
import type { Movable } from "../map/movable";
import { findPostcode, looksComplete, normal } from "./postcode";


export class PinMap {
  private readonly stage: HTMLElement;
  private readonly canvas: HTMLElement;
  private readonly said: HTMLElement;
  private readonly latitude: HTMLInputElement;
  private readonly longitude: HTMLInputElement;
  private readonly postcode: HTMLInputElement | null;
  private map: Map | null = null;
  private pin: Movable | null = null;
  private position: Position | null = null;
  private fromPostcode: Position | null = null;
  private askedFor = "";
  private asking: AbortController | null = null;
  private typing = 0;
  private talking = 0;
  private mapless = false;

  constructor(private readonly root: HTMLElement) {
    this.stage = need(root, "[data-pin-stage]");
    this.canvas = need(root, "[data-pin-canvas]");
    this.said = need(root, "[data-pin-said]");
    this.latitude = this.input("latitudeInput");
    this.longitude = this.input("longitudeInput");
    this.postcode = document.querySelector<HTMLInputElement>(`[name="${data(root, "postcodeInput")}"]`);
    this.stage.hidden = false;
    this.said.textContent = `Type ${this.whose} ${this.code} and the pin goes there.`;
    this.position = this.typedPosition();
    this.listen();
    this.loadWhenSeen();
    void this.lookUp();
  }

  /** What the pin stands for, and whose postcode it starts at. */
  private get what(): string {
    return data(this.root, "what", "the camera");
  }

  private get whose(): string {
    return data(this.root, "whose", "your");
  }

  /** What people call a postcode here. */
  private get code(): string {
    return data(this.root, "postcode", "postcode");
  }

  private input(name: string): HTMLInputElement {
    return need(document, `[name="${data(this.root, name)}"]`);
  }

  private listen(): void {
    for (const field of [this.latitude, this.longitude]) {
      field.addEventListener("input", () => this.typed());
    }
    new PlaceBoxes(this.latitude, this.longitude, () => this.typed(), (sentence) => say(this.said, `${sentence}.`));
    this.postcode?.addEventListener("input", () => {
      window.clearTimeout(this.typing);
      this.typing = window.setTimeout(() => void this.lookUp(), 400);
    });
    this.postcode?.addEventListener("change", () => void this.lookUp(true));
  }

  /** The map is a megabyte: it comes when it is about to be seen, and not before. */
  private loadWhenSeen(): void {
    const watcher = new IntersectionObserver(
      (seen) => {
        if (!seen.some((entry) => entry.isIntersecting)) return;
        watcher.disconnect();
        void this.load();
      },
      { rootMargin: "300px" },
    );
    watcher.observe(this.canvas);
  }

  private async load(): Promise<void> {
    try {
      const [{ createMap }, { movablePin }] = await Promise.all([import("../map/setup"), import("../map/movable")]);
      // The middle of the force's area; without one, the whole world.
      const [lat, lng] = data(this.root, "centre").split(",").map(Number);
      const known = lat !== undefined && lng !== undefined;
      const map = await createMap({
        container: this.canvas,
        basemap: data(this.root, "basemap"),
        centre: this.position ?? (known ? [lng, lat] : [0, 0]),
        zoom: this.position ? 16 : known ? 9.3 : 1,
        label: `Map with a pin at ${this.what}`,
        cooperative: matchMedia("(pointer: coarse)").matches,
      });
      this.map = map;
      map.on("click", (event) => {
        if (this.position || map.getZoom() >= 13) this.moved([event.lngLat.lng, event.lngLat.lat]);
      });
      this.makePin = (at) =>
        movablePin(map, at, {
          label: `Pin at ${this.what}. Use the arrow keys to move it, with Shift for larger steps.`,
          describedBy: "pin-help",
          className: "movable-pin",
          moved: (position) => this.moved(position),
        });
      this.draw(false);
    } catch (error) {
      // The fields below still do all that the map does.
      console.warn(error);
      this.mapless = true;
      for (const part of this.stage.children) if (part instanceof HTMLElement && part !== this.said) part.hidden = true;
      this.said.textContent = `This browser cannot show the map. The position of ${this.whose} ${this.code} is used unless you type another.`;
    }
  }

  private makePin: ((at: Position) => Movable) | null = null;

  private typedPosition(): Position | null {
    const lat = readLatitude(this.latitude.value);
    const lng = readLongitude(this.longitude.value);
    return lat === null || lng === null ? null : [lng, lat];
  }

  private typed(): void {
    const position = this.typedPosition();
    if (position) {
      this.position = position;
    } else if (!this.latitude.value.trim() && !this.longitude.value.trim()) {
      this.position = this.fromPostcode;
    } else {
      return; // half typed: wait for the rest
    }
    this.draw(true);
    this.tell();
  }

  /** The person moved the pin: the fields follow. */
  private moved(position: Position): void {
    this.position = position;
    this.longitude.value = position[0].toFixed(6);
    this.latitude.value = position[1].toFixed(6);
    this.draw(false);
    this.tell();
  }

  /** left: the person has left the box, so a letter that was taken for a digit is for the server to correct. */
  private async lookUp(left = false): Promise<void> {
    const typed = this.postcode?.value ?? "";
    const complete = looksComplete(typed, data(this.root, "postcodeForm")) || (left && normal(typed).length > 4);
    if (!complete || normal(typed) === this.askedFor) return;
    const first = this.askedFor === "";
    this.askedFor = normal(typed);
    this.asking?.abort();
    this.asking = new AbortController();
    let found: Position | string;
    try {
      found = await findPostcode(data(this.root, "lookupUrl"), typed, this.asking.signal);
    } catch {
      return; // another postcode was typed meanwhile
    }
    if (typeof found === "string") {
      this.fromPostcode = null;
      this.askedFor = first ? "" : this.askedFor;
      say(this.said, `${found} You can place the pin by hand.`);
      return;
    }
    this.fromPostcode = found;
    // A page that came back with typed numbers keeps them; a new postcode starts anew.
    if (!(first && this.typedPosition())) {
      this.latitude.value = "";
      this.longitude.value = "";
      this.position = found;
    }
    this.draw(true);
    this.tell();
  }

  private draw(follow: boolean): void {
    if (!this.map || !this.position) return;
    if (this.pin) {
      this.pin.place(this.position);
    } else {
      this.pin = this.makePin?.(this.position) ?? null;
      follow = true;
    }
    if (!follow) return;
    const zoom = Math.max(this.map.getZoom(), 16);
    this.map.jumpTo({ center: this.position, zoom });
  }

  private tell(): void {
    window.clearTimeout(this.talking);
    if (this.mapless) return; // there is no pin to speak of
    // Pauses while the pin moves, or a screen reader would hear every step.
    this.talking = window.setTimeout(() => {
      if (this.position) say(this.said, this.words(this.position));
    }, 500);
  }

  private words(position: Position): string {
    const at = `${position[1].toFixed(5)}, ${position[0].toFixed(5)}`;
    if (!this.fromPostcode) return `The pin is at ${at}.`;
    const away = Math.round(distanceBetween(this.fromPostcode, position));
    if (away < 2) return `The pin is in the middle of ${this.whose} ${this.code}. Move it to ${this.what}.`;
    const far = away < 1000 ? `${away} metres` : `${(away / 1000).toFixed(1)} km`;
    return `The pin is ${far} ${compass(this.fromPostcode, position)} of the middle of ${this.whose} ${this.code}, at ${at}.`;
  }
}
