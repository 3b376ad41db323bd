/**
 * Tells the server that a person uses this page, once.
 *
 * Only an act of theirs counts: mail scanners fetch links and even run scripts, but they do not
 * scroll, press or type.
 */

const ACTS = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

export function reportFirstUse(root: ParentNode): void {
  const url = root.querySelector<HTMLElement>("[data-seen-url]")?.dataset["seenUrl"];
  if (!url) return;
  const done = new AbortController();
  const report = (event: Event): void => {
    if (!event.isTrusted) return;
    done.abort();
    // Nothing depends on it for the person: a failure is not worth a word.
    void fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
      keepalive: true,
    }).catch(() => undefined);
  };
  for (const act of ACTS) document.addEventListener(act, report, { passive: true, signal: done.signal });
}
