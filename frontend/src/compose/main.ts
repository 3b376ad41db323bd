/**
 * The page on which a request is written. It is complete without this: its buttons post the form and
 * show it again. With it the preview follows what is typed, and the checks follow whom is chosen.
 */
import { WHICH, chosenBelow } from "../common/clock-choice";
import { data, need, say } from "../common/dom";
import { fieldsOf } from "../common/form-posts";
import { count } from "../common/words";
import { Choice } from "./choice";
import { Part } from "./parts";
import { drawPreview } from "./preview";
import { startWordings } from "./wording";

const form = document.querySelector<HTMLFormElement>("[data-compose]");
if (form) start(form);

function start(form: HTMLFormElement): void {
  form.classList.add("compose-page--live");
  const field = (name: string): HTMLInputElement | null => form.querySelector(`[name="${CSS.escape(name)}"]`);
  const said = need(form, "[data-said]");
  const checks = need(form, "[data-checks]");
  const send = need<HTMLButtonElement>(form, "[data-send]");

  const preview = new Part(
    data(form, "previewUrl"),
    () => {
      const own = new URLSearchParams();
      for (const name of ["csrf_token", "look", "message", "contact_name", "contact_phone"]) own.set(name, field(name)?.value ?? "");
      // As the first of the chosen would get it.
      for (const end of ["from", "to"]) {
        const ofSite = isOwn(form) ? field(`${end}.${choice.first}`) : null;
        const box = ofSite ?? field(end);
        own.set(end, box?.value ?? "");
        own.set(end + WHICH, box ? chosenBelow(box) : "");
      }
      return own;
    },
    (part) => drawPreview(form, part),
    (sentence) => say(said, sentence),
  );
  const checking = new Part(
    data(form, "checksUrl"),
    () => fieldsOf(form),
    (part) => {
      const next = part.querySelector("[data-checks-part]");
      if (!next) return;
      checks.replaceChildren(document.adoptNode(next));
      drawChecks();
      say(said, checks.querySelector(".checks__sum, .checks__wrong")?.textContent ?? "");
    },
    (sentence) => {
      checks.querySelector(".checks__old")?.remove();
      const note = document.createElement("p");
      note.className = "checks__old";
      note.textContent = sentence;
      checks.prepend(note);
    },
    600,
  );
  const choice = new Choice(form, () => {
    preview.ask();
    checking.ask();
  });
  const drawChecks = (): void => {
    const part = checks.querySelector<HTMLElement>("[data-checks-part]");
    const skipped = (part?.dataset["skipped"] ?? "").split(" ").filter(Boolean);
    choice.mark(new Set(skipped));
    const owners = Number(part?.dataset["owners"] ?? 0);
    send.textContent = owners > 0 ? `Send the request to ${count(owners, "owner")}` : "Send the request";
    const reason = form.querySelector<HTMLElement>("[data-override]");
    if (reason) reason.hidden = part?.dataset["needsReason"] !== "yes" && !field("override_reason")?.value;
  };

  startWordings(form);
  form.addEventListener("input", (event) => {
    const { name } = event.target as HTMLInputElement;
    if (name === "shown" || name === "wording" || name === "override_reason") return;
    preview.ask();
    if (!["message", "contact_name", "contact_phone"].includes(name)) checking.ask();
    if (name === "times") drawTimes(form);
  });
  need(form, "[data-look]").hidden = true;
  drawTimes(form);
  drawChecks();
}

/** Whether each owner is asked for their own minutes. */
function isOwn(form: HTMLFormElement): boolean {
  return form.querySelector<HTMLInputElement>("[name=times][value=own]")?.checked ?? false;
}

/** The two fields for everybody give way when each site has minutes of its own. */
function drawTimes(form: HTMLFormElement): void {
  const own = isOwn(form);
  const rows = [...form.querySelectorAll("[data-sites] tbody tr")];
  const every = rows.every((row) => row.querySelector(".own-times__field"));
  need(form, "[data-one-time]").hidden = own && every;
  form.querySelector("[data-sites]")?.classList.toggle("compose-sites--one", !own);
  const note = form.querySelector<HTMLElement>("[data-own-note]");
  if (note) {
    note.hidden = !own;
    note.textContent = `The list above shows when somebody could have passed each site. Change any times that you know better.${every ? "" : " The two fields below are for the other sites."}`;
  }
}
