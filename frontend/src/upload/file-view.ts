/** One file in the list: what happens to it, in words, a bar, and buttons. */
import { el } from "../common/dom";
import { inWords } from "../common/times";
import { fileSize } from "../common/words";
import type { Receipt } from "./api";
import { Speed, timeLeft } from "./plan";
import type { Phase } from "./transfer";

export interface FileActions {
  pause(): void;
  resume(): void;
  remove(): void;
  /** An upload that broke off, of this id, goes on with the file. */
  goesOn(id: string): void;
}

export class FileView {
  readonly element: HTMLLIElement;
  private readonly bar: HTMLProgressElement;
  private readonly words: HTMLElement;
  private readonly aside: HTMLElement;
  private readonly buttons: HTMLElement;
  private readonly other = el(
    "p",
    { class: "file__aside", hidden: true },
    "This is not the file that you started to send. We are sending it as a new file.",
  );
  private readonly speed = new Speed();
  private current: Phase = "waiting";
  private sent = 0;
  private troubled = "";
  private toldQuarter = 0;

  constructor(
    private readonly file: File,
    private readonly actions: FileActions,
    private readonly announce: (words: string) => void,
  ) {
    this.bar = el("progress", { class: "file__bar", max: Math.max(1, file.size), value: 0, "aria-label": `Sending ${file.name}` });
    this.words = el("p", { class: "file__words" });
    this.aside = el("p", { class: "file__aside", hidden: true });
    this.buttons = el("div", { class: "file__buttons" });
    this.element = el(
      "li",
      { class: "file" },
      el("div", { class: "file__head" }, el("span", { class: "file__name" }, file.name), el("span", { class: "file__size" }, fileSize(file.size))),
      this.bar,
      this.words,
      this.aside,
      this.other,
      this.buttons,
    );
    this.phase("waiting");
  }

  phase(phase: Phase): void {
    this.current = phase;
    if (phase === "sending") this.speed.reset();
    else this.trouble("");
    const buttons: Record<Phase, [string, () => void][]> = {
      waiting: [["Remove", () => this.actions.remove()]],
      checking: [],
      sending: [["Pause", () => this.actions.pause()]],
      finishing: [],
      paused: [["Resume", () => this.actions.resume()], ["Remove", () => this.actions.remove()]],
      done: [],
      failed: [["Try again", () => this.actions.resume()], ["Remove", () => this.actions.remove()]],
    };
    this.setButtons(buttons[phase]);
    if (phase === "sending") this.announce(`Sending ${this.file.name}`);
    if (phase === "paused") this.announce(`${this.file.name} is paused`);
    this.element.classList.toggle("file--bad", phase === "failed");
    this.draw();
  }

  progress(sent: number): void {
    this.sent = sent;
    this.speed.note(sent, performance.now());
    this.bar.value = sent;
    const quarter = Math.floor((4 * sent) / Math.max(1, this.file.size));
    // Every quarter is often enough for a listener; the words on screen change all the time.
    if (quarter > this.toldQuarter && quarter < 4) {
      this.toldQuarter = quarter;
      this.announce(`${this.file.name}: ${quarter * 25} percent sent`);
    }
    this.draw();
  }

  goesOn(id: string): void {
    this.actions.goesOn(id);
  }

  otherFile(): void {
    this.other.hidden = false;
    this.announce(this.other.textContent ?? "");
  }

  trouble(sentence: string): void {
    if (sentence && sentence !== this.troubled) this.announce(sentence);
    this.troubled = sentence;
    this.aside.textContent = sentence;
    this.aside.hidden = sentence === "";
  }

  failed(sentence: string, again: boolean): void {
    this.phase("failed");
    if (!again) this.setButtons([["Remove", () => this.actions.remove()]]);
    this.words.textContent = sentence;
    this.words.classList.add("file__words--bad");
    this.announce(`${this.file.name}: ${sentence}`);
  }

  /** before: this link had sent the file before, so it was not sent again. */
  received(receipt: Receipt, hex: string, before: boolean): void {
    this.bar.value = this.bar.max;
    this.bar.hidden = true;
    this.other.hidden = true;
    this.trouble("");
    this.element.classList.add("file--done");
    this.say(before ? "You sent this file before. It was not sent again." : "We have all of your file and are checking it. You can close this page.");
    const at = receipt.received_at ? new Date(receipt.received_at) : new Date();
    const reference = receipt.reference ?? receipt.evidence_id;
    this.words.after(
      el("dl", { class: "receipt" },
        reference !== undefined && el("dt", {}, "Reference"), reference !== undefined && el("dd", { class: "mono" }, reference),
        el("dt", {}, "Received"), el("dd", {}, inWords(at, "full")),
        el("dt", {}, "Size"), el("dd", {}, `${fileSize(this.file.size)} (${this.file.size.toLocaleString("en-GB")} bytes)`),
      ),
      el("details", { class: "govuk-details" },
        el("summary", { class: "govuk-details__summary" }, el("span", { class: "govuk-details__summary-text" }, "Technical details")),
        el("dl", { class: "govuk-details__text receipt" }, el("dt", {}, "SHA-256"), el("dd", { class: "mono", "data-sha256": true }, hex)),
      ),
    );
  }

  /** What the check of the file found, in the server's words. again: it should be sent again. */
  checked(message: string, again: boolean): void {
    this.element.classList.toggle("file--done", !again);
    this.words.classList.toggle("file__words--bad", again);
    this.say(again ? message : `${message} Thank you.`);
  }

  private say(sentence: string): void {
    this.words.textContent = sentence;
    this.announce(`${this.file.name}: ${sentence}`);
  }

  private setButtons(list: [string, () => void][]): void {
    const hadFocus = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(
      ...list.map(([text, action]) => {
        const button = el("button", { type: "button", class: "govuk-button govuk-button--secondary" }, text, el("span", { class: "govuk-visually-hidden" }, ` ${this.file.name}`));
        button.addEventListener("click", action);
        return button;
      }),
    );
    // Pause turns into Resume under the person's finger: the focus must not fall to the page.
    if (hadFocus) this.buttons.querySelector("button")?.focus();
  }

  private draw(): void {
    if (this.current === "failed" || this.current === "done") return;
    this.words.classList.remove("file__words--bad");
    this.words.textContent = this.sentence();
  }

  private sentence(): string {
    const percent = Math.floor((100 * this.sent) / Math.max(1, this.file.size));
    const far = `${percent}%, ${fileSize(this.sent)} of ${fileSize(this.file.size)}`;
    switch (this.current) {
      case "waiting":
        return "Waiting for the files before it";
      case "checking":
        return this.sent > 0 ? `Looking for what has arrived already (${far})` : "Getting ready";
      case "finishing":
        return "All sent. Checking the whole file…";
      case "paused":
        return `Paused at ${far}`;
      default: {
        const rate = this.speed.perSecond();
        return rate ? `${far}, ${fileSize(rate)} a second, ${timeLeft((this.file.size - this.sent) / rate)}` : far;
      }
    }
  }
}
