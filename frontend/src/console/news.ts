/** What a page says when the answers to a request are no longer those that it shows. */
import { count } from "../common/words";

export interface Standing {
  /** How many have answered. */
  answered: number;
  /** How many are in each state, as one text. */
  standing: string;
}

/** "" when the page shows how it stands. */
export function newsWords(shown: Standing, now: Standing): string {
  if (now.standing === "" || shown.standing === now.standing) return "";
  const more = now.answered - shown.answered;
  return more > 0 ? `${count(more, "new answer")}.` : "Something has changed.";
}
