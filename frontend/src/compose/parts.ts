/**
 * Parts of the page that the server makes anew while somebody types: the same templates as of the
 * whole page. Of several answers on their way only the newest counts.
 */

const STRAIGHT_AWAY_MS = 350;

export class Part {
  private timer = 0;
  private running: AbortController | null = null;

  constructor(
    private readonly url: string,
    /** What to send. */
    private readonly fields: () => URLSearchParams,
    private readonly arrived: (part: Document) => void,
    /** Nothing came: the last good answer stays, and this says that it is old. */
    private readonly failed: (sentence: string) => void,
    private readonly wait = STRAIGHT_AWAY_MS,
  ) {}

  /** Soon, once nothing changes any more. */
  ask(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.fetch(), this.wait);
  }

  private async fetch(): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        body: this.fields(),
        signal: running.signal,
        credentials: "same-origin",
        cache: "no-store",
        // A session that ended sends to the sign-in page, which is no part of this one.
        redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (this.running === running) this.arrived(part);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      if (this.running === running) this.failed("This is not up to date: no answer came. It is checked again when you send.");
    }
  }
}
