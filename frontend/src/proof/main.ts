/**
 * Proves some work for the form of the page, and sends the form again by itself.
 *
 * The page asks nothing of the person: it says what is going on, in a live region that a screen
 * reader speaks, and goes on. Where the work cannot be done, the page says from when on the form
 * can be sent without it.
 */
import { solve, type Challenge } from "./solve";

const WORKING = "Your device is working on it. This takes a few seconds.";
const SENDING = "Done. Sending what you entered.";

async function prove(form: HTMLFormElement): Promise<void> {
  const says = form.querySelector<HTMLElement>("[data-proof-says]");
  const without = form.querySelector<HTMLElement>("[data-proof-without]");
  const field = form.querySelector<HTMLInputElement>('input[name="altcha"]');
  if (!says || !without || !field) return;
  const say = (words: string) => (says.textContent = words);
  without.hidden = true;
  says.hidden = false;
  say(WORKING);
  try {
    field.value = await solve(JSON.parse(form.dataset.proof ?? "") as Challenge);
  } catch {
    says.hidden = true;
    without.hidden = false;
    return;
  }
  say(SENDING);
  form.submit();
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-proof]")) void prove(form);
