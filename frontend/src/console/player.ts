/**
 * The player of footage. Its address lives for minutes, so that it is worth nothing to whoever has
 * it later; a player asks for pieces of a clip as it goes. When the address has ended, the page is
 * asked for another, which the server gives while the officer is signed in and the look is on record.
 */
const RENEWED_AFTER_MS = 60_000;

export function startPlayer(root: Document): void {
  const player = root.querySelector<HTMLMediaElement>("video.evidence-player, audio.evidence-player");
  if (!player) return;
  let since = Date.now();
  player.addEventListener("error", () => {
    // A clip that cannot be played at all would be asked for again and again.
    if (Date.now() - since < RENEWED_AFTER_MS) return;
    since = Date.now();
    void renew(player);
  });
}

async function renew(player: HTMLMediaElement): Promise<void> {
  const at = player.currentTime;
  const went = !player.paused;
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store", redirect: "error" }).catch(() => null);
  if (!answer?.ok) return; // the player shows that it cannot go on; opening the file again can
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const address = page.querySelector(".evidence-player")?.getAttribute("src");
  if (!address) return;
  player.addEventListener(
    "loadedmetadata",
    () => {
      player.currentTime = at;
      if (went) void player.play().catch(() => undefined);
    },
    { once: true },
  );
  player.src = address;
}
