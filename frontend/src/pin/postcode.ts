/** Finding where a postcode is, from what has been typed so far. */
import type { Position } from "../common/geometry";
import { Problem, call } from "../common/problem";

/** Complete enough to be worth asking for; whether it exists is for the server to say. form: how
 * one is written without spaces, which differs from country to country. */
export function looksComplete(typed: string, form: string): boolean {
  return new RegExp(`^(?:${form})$`).test(normal(typed));
}

/** Without spaces, upper case: two spellings of one postcode are equal. */
export function normal(typed: string): string {
  return typed.replace(/[^a-z0-9]/gi, "").toUpperCase();
}

/** Where it is, or the server's sentence about why it cannot be found. */
export async function findPostcode(lookupUrl: string, typed: string, signal: AbortSignal): Promise<Position | string> {
  try {
    const url = `${lookupUrl}?postcode=${encodeURIComponent(typed.trim())}`;
    const found = await call<{ latitude: number; longitude: number }>(url, { signal });
    return [Number(found.longitude), Number(found.latitude)];
  } catch (error) {
    if (error instanceof Problem) return error.sentence;
    throw error;
  }
}
