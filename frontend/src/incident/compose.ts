/** Asking the chosen sites: message, window, what owners will read, and sending. */
import { el, need, say } from "../common/dom";
import { clearErrors, showErrors } from "../common/form-errors";
import { Problem } from "../common/problem";
import { fromLocalInput, inWords, iso } from "../common/times";
import { count } from "../common/words";
import type { Api } from "./api";
import type { State } from "./state";
import type { Site, Window } from "./types";
import { lengths, together, windowWords } from "./windows";

/** The server's own limit for one request. */
const MOST_SITES = 500;

export interface ComposeOptions {
  form: HTMLFormElement;
  api: Api;
  state: State;
  zone: string;
  description: string;
}

export class Compose {
  private readonly message: HTMLTextAreaElement;
  private readonly from: HTMLInputElement;
  private readonly to: HTMLInputElement;
  private readonly button: HTMLButtonElement;
  private readonly panel: HTMLElement;
  private readonly tally: HTMLElement;
  /** Whether each owner is asked for their own minutes; shown on a timed way only. */
  private readonly own: HTMLInputElement;
  private busy = false;
  private key: string = crypto.randomUUID();

  constructor(private readonly options: ComposeOptions) {
    const { form, state } = options;
    this.panel = need(form, "[data-compose]");
    this.message = need(form, "[name=message]");
    this.from = need(form, "[name=from]");
    this.to = need(form, "[name=to]");
    this.button = need(this.panel, "button[type=submit]");
    this.tally = need(form, "[data-tally]");
    this.own = this.addOwn();
    form.noValidate = true;
    need(this.panel, "[data-preview]").hidden = false;
    for (const field of [this.message, this.from, this.to]) field.addEventListener("input", () => this.preview());
    this.own.addEventListener("change", () => this.drawTimes());
    for (const kind of ["chosen", "sites"]) state.addEventListener(kind, () => {
      this.drawTally();
      this.drawTimes();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    this.drawTally();
    this.preview();
  }

  private addOwn(): HTMLInputElement {
    const box = el("input", { type: "checkbox", id: "own_minutes", checked: true, class: "govuk-checkboxes__input" });
    const label = el("label", { for: "own_minutes", class: "govuk-checkboxes__label" }, "Ask each owner for their own minutes only");
    const row = el("div", { class: "govuk-checkboxes govuk-checkboxes--small own-minutes", hidden: true }, el("div", { class: "govuk-checkboxes__item" }, box, label), el("p", { class: "muted" }));
    need(this.panel, ".compose__times").before(row);
    return box;
  }

  private chosenSites(): Site[] {
    const { state } = this.options;
    return [...state.chosen].flatMap((id) => state.site(id) ?? []);
  }

  /** The windows to send; null when everybody is asked for the same time. */
  private windows(): Record<string, Window> | null {
    if (!this.options.state.timed || !this.own.checked) return null;
    return Object.fromEntries(this.chosenSites().flatMap((site) => (site.window ? [[site.id, site.window]] : [])));
  }

  /** On a timed way the two fields give way to what each owner is asked for. */
  private drawTimes(): void {
    const row = this.own.closest<HTMLElement>(".own-minutes");
    if (!row) return;
    row.hidden = !this.options.state.timed;
    const own = this.windows() !== null;
    need(this.panel, ".compose__times").hidden = own;
    const whole = together(this.chosenSites());
    const [least, most] = lengths(this.chosenSites());
    const long = least === most ? `${least} minutes` : `${least} to ${most} minutes`;
    need(row, "p").textContent = own && whole ? `${long} each, from ${windowWords(whole, this.options.zone, " ")}.` : "";
    this.preview();
  }

  private drawTally(): void {
    const { state } = this.options;
    const sites = [...state.chosen].map((id) => state.site(id));
    const lost = sites.filter((site) => site?.state === "lost").length;
    const number = state.chosen.size;
    this.tally.textContent =
      number === 0
        ? "Choose sites in the list or on the map."
        : `${count(number, "site")} chosen${lost ? `, ${lost} of them likely lost: they are asked once, without reminders` : ""}.`;
    this.button.textContent = number === 0 ? "Ask for footage" : `Ask ${count(number, "owner")} for footage`;
    this.panel.hidden = (state.result?.sites.length ?? 0) === 0;
  }

  /** What the owner reads, in the words and the order of the message. */
  private preview(): void {
    const { zone, description } = this.options;
    const from = fromLocalInput(this.from.value, zone);
    const to = fromLocalInput(this.to.value, zone);
    const [example] = this.chosenSites();
    const one = example?.window;
    const between = this.windows()
      ? `Each their own minutes${one ? `, like ${inWords(new Date(one.from), "full", zone)} to ${inWords(new Date(one.to), "time", zone)}` : ""}`
      : from && to ? `${inWords(from, "full", zone)} to ${inWords(to, "full", zone)}` : "Enter both times.";
    need(this.panel, "[data-preview]").replaceChildren(
      el("h4", {}, "What owners will read"),
      el("dl", { class: "facts" },
        el("dt", {}, "What happened"), el("dd", {}, description || "–"),
        el("dt", {}, "Footage from"), el("dd", {}, between),
        el("dt", {}, "Message"), el("dd", { class: "letter" }, this.message.value.trim() || "–"),
        el("dt", {}, "They can answer"), el("dd", {}, "I have saved it · Nothing on it · Not available · I would rather not"),
      ),
    );
  }

  private check(): Problem | null {
    const { state, zone } = this.options;
    const fields: { field: string; message: string }[] = [];
    const from = fromLocalInput(this.from.value, zone);
    const to = fromLocalInput(this.to.value, zone);
    if (state.chosen.size === 0) fields.push({ field: "site_id", message: "Choose at least one site to ask" });
    if (state.chosen.size > MOST_SITES) fields.push({ field: "site_id", message: `Choose ${MOST_SITES} sites or fewer` });
    if (!this.message.value.trim()) fields.push({ field: "message", message: "Enter what owners should look for" });
    if (this.windows()) return fields.length > 0 ? new Problem(422, "There is a problem", fields) : null;
    if (!from) fields.push({ field: "from", message: "Enter when the footage should start" });
    if (!to) fields.push({ field: "to", message: "Enter when the footage should end" });
    if (from && to && to <= from) fields.push({ field: "to", message: "The end must be after the start" });
    return fields.length > 0 ? new Problem(422, "There is a problem", fields) : null;
  }

  private async submit(): Promise<void> {
    if (this.busy) return;
    const { state, api } = this.options;
    clearErrors(this.panel);
    const wrong = this.check();
    if (wrong) return showErrors(this.panel, wrong);
    const windows = this.windows();
    const whole = windows ? together(this.chosenSites()) : this.typedWindow();
    if (!whole) return;
    this.setBusy(true);
    try {
      const sent = await api.send({
        site_ids: [...state.chosen],
        message: this.message.value.trim(),
        ...whole,
        ...(windows && { windows }),
      }, this.key);
      this.key = crypto.randomUUID();
      this.done(sent.id, sent.recipients || state.chosen.size);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      showErrors(this.panel, error, { site_ids: "site_id" });
    } finally {
      this.setBusy(false);
    }
  }

  private typedWindow(): Window | null {
    const [from, to] = [this.from, this.to].map((field) => fromLocalInput(field.value, this.options.zone));
    return from && to ? { from: iso(from), to: iso(to) } : null;
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    this.button.setAttribute("aria-disabled", String(busy));
    if (busy) this.button.textContent = "Sending…";
    else this.drawTally();
  }

  private done(id: string, recipients: number): void {
    const link = el("a", { href: `/console/requests/${id}`, class: "button" }, "See the request and its answers");
    const box = el(
      "div",
      { class: "sent", role: "status", tabindex: -1 },
      el("h3", {}, `Request sent to ${count(recipients, "owner")}`),
      el("p", {}, "Each gets a message with a link of their own. Reminders go out before their footage is overwritten."),
      link,
    );
    const sent = need(this.options.form, "[data-sent]");
    sent.replaceChildren(box);
    this.options.state.choose([...this.options.state.chosen], false);
    box.focus();
    say(need(this.options.form, "[data-said]"), `Request sent to ${count(recipients, "owner")}`);
  }
}
