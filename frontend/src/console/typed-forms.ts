/** Forms of the page in which somebody has typed, kept on the server before the session ends. */
import { el } from "../common/dom";
import { fieldsOf, placeOf, postForm } from "../common/form-posts";

interface Kept {
  draft?: string;
  location?: string;
}

export class TypedForms {
  private readonly typed = new Set<HTMLFormElement>();

  constructor(
    root: Document,
    private readonly token: string,
  ) {
    for (const form of root.forms) {
      if (holdsTyped(form)) this.add(form);
    }
    root.addEventListener("input", (event) => {
      const form = event.target instanceof Element ? event.target.closest("form") : null;
      if (form) this.add(form);
    });
  }

  private add(form: HTMLFormElement): void {
    if (form.getAttribute("method") === "post") this.typed.add(form);
  }

  /**
   * Keeps each of them. Where the session has ended already, a form is sent to its own address: its
   * token is of that session, so the server cannot take it and keeps it, and says where it is found.
   * Returns that place, "" while the session lives.
   */
  async keep(): Promise<string> {
    let place = "";
    for (const form of this.typed) {
      const kept = await this.send("/console/drafts", form, { form_action: placeOf(form).pathname });
      if (kept.draft) remember(form, kept.draft);
      const found = kept.location ? (await this.send(placeOf(form).href, form)).location : "";
      if (found?.includes("drafts")) place = found;
    }
    return place;
  }

  private async send(address: string, form: HTMLFormElement, more: Record<string, string> = {}): Promise<Kept> {
    const fields = fieldsOf(form);
    for (const [name, value] of Object.entries({ ...more, csrf_token: this.token })) fields.set(name, value);
    const answer = await postForm(address, fields);
    if (answer.status >= 500) throw new Error(String(answer.status));
    // Some forms are not kept: what they ask for is said again in a moment.
    return answer.ok ? ((await answer.json()) as Kept) : {};
  }
}

/** Whether somebody typed in it before this script began, or it is shown again because of an error. */
function holdsTyped(form: HTMLFormElement): boolean {
  if (form.querySelector(".govuk-error-message")) return true;
  return [...form.elements].some(
    (field) =>
      (field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type !== "hidden")) &&
      field.value !== field.defaultValue,
  );
}

/** When the form is sent after all, the server removes what it kept. */
function remember(form: HTMLFormElement, draft: string): void {
  const kept = form.querySelector<HTMLInputElement>("input[name=draft]");
  if (kept) kept.value = draft;
  else form.append(el("input", { type: "hidden", name: "draft", value: draft }));
}
