/** What owners get, kept in step with what is typed, without losing one's place in it. */
import { need } from "../common/dom";

export function drawPreview(page: HTMLElement, part: Document): void {
  const subject = part.querySelector("[data-preview-subject]");
  if (!subject) return; // an error page: the last good preview stays
  need(page, "[data-preview-subject]").textContent = subject.textContent;
  for (const name of ["[data-preview-text]", "[data-preview-short]"]) {
    const [shown, next] = [page.querySelector(name), part.querySelector(name)];
    if (shown && next) shown.textContent = next.textContent;
  }
  for (const frame of page.querySelectorAll<HTMLIFrameElement>("[data-preview-frame]")) {
    const next = part.querySelector(`[data-preview-frame="${frame.dataset["previewFrame"] ?? ""}"]`);
    if (next) drawFrame(frame, next.getAttribute("srcdoc") ?? "");
  }
}

/** Only the body changes: the styles are loaded, and where one has scrolled to stays. */
function drawFrame(frame: HTMLIFrameElement, source: string): void {
  if (frame.srcdoc === source) return;
  const shown = frame.contentDocument;
  const next = new DOMParser().parseFromString(source, "text/html");
  if (shown?.readyState === "complete" && shown.body.childElementCount > 0) {
    const at = shown.scrollingElement?.scrollTop ?? 0;
    shown.body.replaceWith(shown.adoptNode(next.body));
    if (shown.scrollingElement) shown.scrollingElement.scrollTop = at;
  } else frame.srcdoc = source;
}
