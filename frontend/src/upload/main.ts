/** The reply page's uploader: choose files, send them one after the other, give receipts. */
import { data, el, need, say } from "../common/dom";
import { fileSize } from "../common/words";
import { noteSent } from "./answer";
import { UploadApi } from "./api";
import { checkResult } from "./check";
import { FileView } from "./file-view";
import { Memory } from "./memory";
import { Failed, type Sent, Transfer } from "./transfer";

interface Entry {
  file: File;
  view: FileView;
  transfer: Transfer;
  state: "queued" | "running" | "stopped" | "done";
}

class Uploader {
  private readonly entries: Entry[] = [];
  private readonly api: UploadApi;
  private readonly list: HTMLElement;
  private readonly said: HTMLElement;
  private readonly hint: HTMLElement;
  private readonly picker: HTMLInputElement;
  private readonly most: number;
  private readonly reminder = el("p", { class: "govuk-body govuk-!-font-weight-bold govuk-!-margin-top-2" });

  constructor(
    root: HTMLElement,
    private readonly memory: Memory,
  ) {
    this.api = new UploadApi(data(root, "createUrl"), data(root, "kind"));
    this.most = Number(data(root, "maxSize", "Infinity"));
    this.list = need(root, "[data-upload-list]");
    this.said = need(root, "[data-upload-said]");
    this.picker = need(root, "input[type=file]");
    this.picker.addEventListener("change", () => {
      this.add(this.picker.files ?? []);
      // So that choosing the same file again is a change.
      this.picker.value = "";
    });
    this.acceptDrops(need(root, "[data-upload-drop]"));
    this.hint = need(root, "#upload-files-hint");
    this.remindOfUnfinished(this.hint);
    window.addEventListener("beforeunload", (event) => {
      if (this.entries.some((entry) => entry.state === "running")) event.preventDefault();
    });
    need(root, "[data-upload-without]").hidden = true;
    need(root, "[data-upload-with]").hidden = false;
  }

  private remindOfUnfinished(hint: HTMLElement): void {
    const chosen = this.entries.map((entry) => entry.file.name);
    // What the server knows of stands in the page, with how much of it has arrived.
    const shown = [...document.querySelectorAll<HTMLElement>("[data-upload-begun]")].map((one) => one.dataset["uploadBegun"]);
    const names = this.memory
      .unfinished()
      .filter((one) => !chosen.includes(one.name) && !shown.includes(one.id))
      .map((one) => one.name);
    this.reminder.hidden = names.length === 0;
    hint.after(this.reminder);
    this.reminder.textContent = `You started to send ${names.join(", ")}. Choose the same file again to carry on from where it stopped.`;
  }

  private acceptDrops(area: HTMLElement): void {
    area.addEventListener("dragover", (event) => {
      event.preventDefault();
      area.dataset["over"] = "";
    });
    area.addEventListener("dragleave", () => delete area.dataset["over"]);
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      delete area.dataset["over"];
      this.add(event.dataTransfer?.files ?? []);
    });
  }

  private add(files: Iterable<File>): void {
    for (const file of files) {
      if (this.entries.some((entry) => entry.state !== "done" && sameFile(entry.file, file))) continue;
      const entry = this.entry(file);
      this.entries.push(entry);
      this.list.append(entry.view.element);
      if (file.size === 0) this.refuse(entry, "This file is empty. Copy it from the recorder again.");
      else if (file.size > this.most) this.refuse(entry, `This file is larger than ${fileSize(this.most)}. Call us instead.`);
    }
    this.remindOfUnfinished(this.hint);
    void this.next();
  }

  private refuse(entry: Entry, sentence: string): void {
    entry.state = "stopped";
    entry.view.failed(sentence, false);
  }

  private entry(file: File): Entry {
    const view = new FileView(
      file,
      {
        pause: () => entry.transfer.pause(),
        resume: () => {
          entry.state = "queued";
          view.phase("waiting");
          void this.next();
        },
        goesOn: (id) => document.querySelector(`[data-upload-begun="${CSS.escape(id)}"]`)?.remove(),
        remove: () => {
          entry.transfer.pause();
          this.memory.forget(file);
          this.entries.splice(this.entries.indexOf(entry), 1);
          view.element.remove();
          this.picker.focus();
        },
      },
      (words) => say(this.said, words),
    );
    const entry: Entry = { file, view, state: "queued", transfer: new Transfer(file, this.api, this.memory, view) };
    return entry;
  }

  /** Says what the check of a file found; the next file need not wait for it. */
  private async check(entry: Entry, sent: Sent): Promise<void> {
    const found = await checkResult(this.api, sent.id);
    if (!found?.message) return;
    // Of a file that was sent before, what is new is that it was.
    if (!sent.before || found.send_again) entry.view.checked(found.message, found.send_again === true);
    if (!this.api.kind && found.stage === "refused") noteSent(sent.id, false);
  }

  /** One file at a time: a finished file is worth more than two halves. */
  private async next(): Promise<void> {
    if (this.entries.some((entry) => entry.state === "running")) return;
    const entry = this.entries.find((candidate) => candidate.state === "queued");
    if (!entry) return;
    entry.state = "running";
    try {
      const sent = await entry.transfer.run();
      entry.state = "done";
      entry.view.received(sent.receipt, sent.hex, sent.before);
      if (!this.api.kind) noteSent(sent.id, true);
      void this.check(entry, sent);
    } catch (error) {
      entry.state = "stopped";
      if (error instanceof Failed) entry.view.failed(error.sentence, error.again);
      else entry.view.phase("paused");
    }
    void this.next();
  }
}

function sameFile(a: File, b: File): boolean {
  return a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
}

for (const root of document.querySelectorAll<HTMLElement>("[data-upload]")) {
  // Hashing needs a secure page; without one the text about other ways stays.
  if (globalThis.crypto?.subtle) void Memory.of(data(root, "createUrl")).then((memory) => new Uploader(root, memory));
}
