/** The list of sites: all, none, one by one; and whether each is asked for minutes of its own. */
import { need } from "../common/dom";
import { count } from "../common/words";

export class Choice {
  private readonly boxes: HTMLInputElement[];
  private readonly tally: HTMLElement;

  constructor(
    form: HTMLFormElement,
    private readonly changed: () => void,
  ) {
    this.boxes = [...form.querySelectorAll<HTMLInputElement>("[name=site_id]")];
    this.tally = need(form, "[data-tally]");
    for (const [name, on] of [["[data-all]", true], ["[data-none]", false]] as const) {
      need<HTMLButtonElement>(form, name).addEventListener("click", (event) => {
        event.preventDefault();
        this.chooseAll(on);
      });
    }
    form.addEventListener("change", (event) => {
      if ((event.target as HTMLInputElement).name === "site_id") this.draw();
    });
    document.addEventListener("keydown", (event) => {
      const typing = (event.target as Element).matches("textarea, select, input:not([type=checkbox], [type=radio])");
      if (event.key !== "a" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
      event.preventDefault();
      this.chooseAll(!this.boxes.every((box) => box.checked));
    });
    this.draw();
  }

  /** The first of the chosen, as whom the preview speaks to; "" for nobody. */
  get first(): string {
    return this.boxes.find((box) => box.checked)?.value ?? "";
  }

  get number(): number {
    return this.boxes.filter((box) => box.checked).length;
  }

  /** Marks the sites that will not be asked. */
  mark(skipped: ReadonlySet<string>): void {
    for (const box of this.boxes) box.closest("tr")?.toggleAttribute("data-skipped", skipped.has(box.value));
  }

  private chooseAll(on: boolean): void {
    for (const box of this.boxes) box.checked = on;
    this.draw();
    this.changed();
  }

  private draw(): void {
    for (const box of this.boxes) box.closest("tr")?.toggleAttribute("data-chosen", box.checked);
    this.tally.textContent = `${this.number} of ${count(this.boxes.length, "site")} chosen`;
  }
}
