/**
 * A route or an area from a file, or from points in forms that only the server reads. The server
 * reads both, once and for all pages: a file is sent as the form without scripts sends it.
 */
import { need } from "../common/dom";
import { clearErrors, showErrors } from "../common/form-errors";
import { OFFLINE, Problem, problemOf } from "../common/problem";
import type { ReadArea } from "./areas";

const MOST_BYTES = 4 * 1024 * 1024;

export class AreaReader {
  private readonly file: HTMLInputElement;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly found: (read: ReadArea) => void,
  ) {
    this.file = need(form, "[name=area_file]");
    this.file.addEventListener("change", () => void this.chosen());
  }

  /** The sentence about what is wrong with it, null when it was read. */
  async readText(points: string): Promise<string | null> {
    try {
      await this.read("points", points);
      return null;
    } catch (error) {
      if (error instanceof Problem) return error.sentence;
      throw error;
    }
  }

  private async chosen(): Promise<void> {
    const file = this.file.files?.[0];
    if (!file) return;
    clearErrors(this.form);
    try {
      const tooLarge = "The file is larger than 4 MB. Choose a smaller one";
      if (file.size > MOST_BYTES) throw new Problem(413, tooLarge, [{ field: "area_file", message: tooLarge }]);
      await this.read("area_file", file);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      showErrors(this.form, error);
    } finally {
      // The same file, mended, can be chosen again; and nothing is sent twice with the search.
      this.file.value = "";
    }
  }

  private async read(name: string, value: string | File): Promise<void> {
    const body = new FormData();
    const token = need<HTMLInputElement>(this.form, "input[type=hidden]");
    body.append(token.name, token.value);
    body.append(name, value);
    let response: Response;
    try {
      response = await fetch(this.form.dataset["areaFileUrl"] ?? "", { method: "POST", body, credentials: "same-origin", cache: "no-store" });
    } catch {
      throw new Problem(0, OFFLINE);
    }
    if (!response.ok) throw await problemOf(response);
    this.found((await response.json()) as ReadArea);
  }
}
