/**
 * The end of a session that nobody uses: a warning some minutes before, what was typed is kept, and
 * then the page signs its officer out, so that nothing stays readable on a desk that was left.
 *
 * The server ends the session by its own clock in any case. Keys, clicks and scrolling in the page
 * count as use: the server is told of them at most once a minute. What pages fetch by themselves
 * does not count. All tabs share one clock.
 */
import { el, need, say } from "../common/dom";
import { postForm } from "../common/form-posts";
import { clockOf, minutesWords, type Clock } from "./idle-clock";
import { TypedForms } from "./typed-forms";

const TOLD = "sightline-told";
const ACTS = ["keydown", "pointerdown", "input", "wheel", "touchmove"];

export function startIdle(root: Document): void {
  const seconds = Number(root.body.dataset["idleSeconds"] ?? 0);
  if (seconds > 0) new Idle(root, seconds * 1000).start();
}

class Idle {
  private acted = false;
  private asking = false;
  private ended = false;
  private dialog: HTMLDialogElement | null = null;
  private readonly forms: TypedForms;
  private readonly title: string;
  private told = Date.now();

  constructor(
    private readonly root: Document,
    private readonly idleMs: number,
  ) {
    this.forms = new TypedForms(root, this.token);
    this.title = root.title;
  }

  start(): void {
    this.tell(); // opening the page was use
    for (const act of ACTS) {
      this.root.addEventListener(act, () => (this.acted = true), { capture: true, passive: true });
    }
    window.setInterval(() => void this.look(), 1000);
    // A computer that slept has missed its time.
    this.root.addEventListener("visibilitychange", () => void this.look());
  }

  private get token(): string {
    return need<HTMLInputElement>(this.root, "form[action='/console/sign-out'] input").value;
  }

  private async look(): Promise<void> {
    if (this.ended) return;
    this.told = Math.max(this.told, this.heard());
    const clock = clockOf(this.told, Date.now(), this.idleMs);
    if (clock.phase === "over") return this.end();
    if (clock.phase === "warn") return this.warn(clock);
    this.close();
    if (this.acted && clock.mayTell) await this.stay();
  }

  /** Tells the server that somebody works here. */
  private async stay(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.acted = false;
    const began = Date.now();
    try {
      const answer = await post("/console/stay", { csrf_token: this.token });
      if ("location" in answer) return await this.end(); // the session is over
      this.tell(began);
      this.close();
    } catch {
      this.acted = true; // the connection is gone: asked again at the next look
    } finally {
      this.asking = false;
    }
  }

  private warn(clock: Clock): void {
    if (!this.dialog) {
      this.dialog = this.makeDialog();
      this.root.body.append(this.dialog);
      this.dialog.showModal();
      this.forms.keep().catch(() => undefined); // kept once more at the end, which says when it cannot
    }
    const words = minutesWords(clock.leftMs);
    const shown = need(this.dialog, "[data-left]");
    if (shown.textContent === words) return;
    shown.textContent = words;
    this.root.title = `Signing out in ${words} · ${this.title}`;
    say(need(this.dialog, "[role=status]"), `You will be signed out in ${words}.`);
  }

  private makeDialog(): HTMLDialogElement {
    const on = el("button", { type: "button", class: "button" }, "Stay signed in");
    const out = el("button", { type: "button", class: "button button--secondary" }, "Sign out now");
    const dialog = el(
      "dialog",
      { class: "sheet", role: "alertdialog", "aria-labelledby": "idle-title", "aria-describedby": "idle-why" },
      el("div", { class: "sheet__head" }, el("h2", { id: "idle-title" }, "Are you still there?")),
      el(
        "div",
        { class: "sheet__body" },
        el(
          "p",
          { id: "idle-why" },
          "You will be signed out in ",
          el("strong", { "data-left": true }),
          ", because nothing was done here for a while. What you have typed is kept for an hour.",
        ),
        el("div", { class: "sheet__acts" }, on, out),
        el("p", { role: "status", class: "govuk-visually-hidden" }),
      ),
    );
    on.addEventListener("click", () => void this.stay());
    out.addEventListener("click", () => void this.end("no"));
    // Escape is a key like any other: somebody is there.
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      void this.stay();
    });
    return dialog;
  }

  private close(): void {
    if (!this.dialog) return;
    this.dialog.close();
    this.dialog.remove();
    this.dialog = null;
    this.acted = false;
    this.root.title = this.title;
  }

  /** Keeps what was typed and leaves. Nothing of the case stays on the screen meanwhile. */
  private async end(away: "yes" | "no" = "yes"): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.close();
    need(this.root, "main").hidden = true;
    try {
      const elsewhere = await this.forms.keep();
      const { location = "/console" } = await post("/console/sign-out", { csrf_token: this.token, away });
      window.location.assign(elsewhere || location);
    } catch {
      this.sayNotKept();
    }
  }

  private sayNotKept(): void {
    const again = el("button", { type: "button", class: "button" }, "Try again");
    const notice = el(
      "div",
      { class: "not-sent", role: "alert" },
      el("p", {}, el("strong", {}, "You were away, and the connection was lost."), " Try again to keep what you typed and sign out."),
      again,
    );
    again.addEventListener("click", () => {
      notice.remove();
      this.ended = false;
      void this.end();
    });
    need(this.root, "main").after(notice);
    again.focus();
  }

  /** When the server was last told, by any tab. */
  private heard(): number {
    try {
      const heard = Number(localStorage.getItem(TOLD)) || 0;
      return heard > Date.now() ? 0 : heard; // the computer's clock was set back
    } catch {
      return 0; // storage is switched off: each tab has its own clock
    }
  }

  private tell(at = Date.now()): void {
    this.told = at;
    try {
      localStorage.setItem(TOLD, String(at));
    } catch {
      // as above
    }
  }
}

/** Sends a form of ours. `location` in the answer is where it leads: the sign-in, once signed out. */
async function post(address: string, fields: Record<string, string>): Promise<{ location?: string }> {
  const answer = await postForm(address, new URLSearchParams(fields));
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as { location?: string };
}
