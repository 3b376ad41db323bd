/**
 * The clock check's form: a clock that runs true, and a button that marks the moment of the look.
 *
 * Without this script the form still works: the true time is then when it is sent, or typed.
 */
import { data, need, say } from "../common/dom";
import { clockTime, measuredSkew } from "../common/true-time";

export async function runClockForm(root: ParentNode): Promise<void> {
  const form = root.querySelector<HTMLElement>("[data-clock-form]");
  if (!form) return;
  const face = need(form, "[data-true-clock]");
  const zone = data(face, "zone", "UTC");
  let ahead = await measuredSkew();
  if (ahead === null) return;
  const now = (): Date => new Date(Date.now() + (ahead ?? 0));
  const tick = (): void => {
    face.textContent = clockTime(now(), zone);
    // On the second, whatever the last one was late by.
    window.setTimeout(tick, 1000 - (now().getTime() % 1000));
  };
  need(form, "[data-true-clock-label]").textContent = "True time now";
  tick();
  // Telephones set their clocks, and sleep: ask again whenever somebody comes back to the page.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    void measuredSkew().then((found) => {
      ahead = found ?? ahead;
    });
  });
  const looked = need<HTMLInputElement>(form, "[data-clock-looked]");
  const marked = need(form, "[data-clock-marked]");
  const button = need<HTMLButtonElement>(form, "[data-clock-button]");
  need(form, "[data-clock-mark]").hidden = false;
  button.addEventListener("click", () => {
    const moment = now();
    looked.value = moment.toISOString();
    button.textContent = "Mark again";
    say(marked, `Marked at ${clockTime(moment, zone)}. Now type what the recorder showed.`);
  });
}
