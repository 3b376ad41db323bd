/**
 * Sends forms in which somebody has written, so that a lost connection loses nothing: the page stays,
 * says that nothing was sent, and offers to try again. Every such form carries what makes a second
 * sending the same act, so trying again is safe even when only the answer was lost.
 */
import { el } from "./dom";
import { fieldsOf, placeOf, postForm } from "./form-posts";

const ONCE = "Trying again does not send it twice.";
const LOST = `The connection was lost. ${ONCE}`;
const FAILED = `The service did not answer. ${ONCE}`;
const TOO_LONG = "What you entered is too long. Shorten it.";

export function startSteadyForms(root: Document): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[method=post]:has(textarea), form[data-steady]")) {
    new SteadyForm(form);
  }
}

class SteadyForm {
  private sending = false;
  /** Whether the browser itself sends the form, so that it shows the page that comes back. */
  private plain = false;
  private notice: HTMLElement | null = null;

  constructor(private readonly form: HTMLFormElement) {
    form.addEventListener("submit", (event) => {
      const button = event.submitter;
      // Buttons with an address of their own show something and send nothing.
      if (this.plain || event.defaultPrevented || button?.hasAttribute("formaction")) return;
      event.preventDefault();
      if (!this.sending) void this.send(button);
    });
    // Back from the next page, by the browser's own button.
    window.addEventListener("pageshow", () => (this.plain = false));
  }

  private async send(button: HTMLElement | null): Promise<void> {
    this.sending = true;
    this.notice?.remove();
    button?.setAttribute("aria-disabled", "true");
    try {
      const answer = await postForm(placeOf(this.form).href, fieldsOf(this.form, button));
      if (answer.status === 413) return this.say(TOO_LONG, button);
      if (answer.status >= 500) return this.say(FAILED, button);
      if (answer.ok && answer.headers.get("content-type")?.startsWith("application/json")) {
        const { location } = (await answer.json()) as { location: string };
        return leaveFor(location);
      }
      // It was refused: sent once more by the browser, which shows why beside what was typed.
      this.plain = true;
      this.form.requestSubmit(button);
    } catch {
      this.say(LOST, button);
    } finally {
      this.sending = false;
      button?.removeAttribute("aria-disabled");
    }
  }

  private say(why: string, button: HTMLElement | null): void {
    const look = document.documentElement.classList.contains("console") ? "button" : "govuk-button";
    const again = el("button", { type: "button", class: look }, "Try again");
    again.addEventListener("click", () => void this.send(button));
    this.notice = el(
      "div",
      { class: "not-sent", role: "alert" },
      el("p", { class: "govuk-body" }, el("strong", {}, "Not sent; nothing is lost."), ` ${why}`),
      again,
    );
    (button?.parentElement ?? this.form).after(this.notice);
    again.focus();
  }
}

function leaveFor(address: string): void {
  const next = new URL(address, document.baseURI);
  const here = window.location;
  const same = next.pathname === here.pathname && next.search === here.search;
  window.location.assign(next);
  // Another place on this page would only be scrolled to.
  if (same && next.hash) window.location.reload();
}
