/**
 * The boxes for latitude and longitude of a page. Two plain numbers are read here; everything else in
 * which people hold a place is read by the server, which knows all its forms (`POST /place`).
 */
import { type Position, readLatitude, readLongitude } from "./geometry";
import { Problem, call } from "./problem";

export class PlaceBoxes {
  private typing = 0;

  constructor(
    private readonly latitude: HTMLInputElement,
    private readonly longitude: HTMLInputElement,
    /** The boxes hold two plain numbers now, which were read from something else. */
    private readonly changed: () => void,
    /** What is typed is no place, and why. */
    private readonly refused: (sentence: string) => void = () => undefined,
  ) {
    for (const box of [latitude, longitude]) {
      box.addEventListener("input", () => {
        window.clearTimeout(this.typing);
        this.typing = window.setTimeout(() => void this.settle(), 600);
      });
      box.addEventListener("change", () => void this.settle());
    }
  }

  /** Puts two plain numbers for a place that is written in another way. The server's problem when it
   * cannot be read, null else. */
  async settle(): Promise<Problem | null> {
    window.clearTimeout(this.typing);
    const typed = { latitude: this.latitude.value, longitude: this.longitude.value };
    if (plain(typed.latitude, readLatitude) && plain(typed.longitude, readLongitude)) return null;
    try {
      const found = await call<{ latitude: number | null; longitude: number | null }>("/place", { method: "POST", body: typed });
      if (this.latitude.value !== typed.latitude || this.longitude.value !== typed.longitude) return null;
      if (found.latitude === null || found.longitude === null) return null;
      this.put([found.longitude, found.latitude]);
      this.changed();
      return null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.refused(error.fields[0]?.message ?? error.sentence);
      return error;
    }
  }

  private put([lng, lat]: Position): void {
    this.latitude.value = lat.toFixed(6);
    this.longitude.value = lng.toFixed(6);
  }
}

function plain(text: string, read: (text: string) => number | null): boolean {
  return text.trim() === "" || read(text) !== null;
}
