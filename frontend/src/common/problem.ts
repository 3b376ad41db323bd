/** Calls to our own server, and what it says when something is wrong (RFC 9457). */

export interface FieldProblem {
  field: string;
  message: string;
}

/** An answer that is not success. `status` 0: no answer came at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly sentence: string,
    readonly fields: FieldProblem[] = [],
  ) {
    super(sentence);
    this.name = "Problem";
  }

  /** Trying the same again later can help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export const OFFLINE = "There is no connection to the server. Check your connection and try again.";

/** Reads a problem from an answer of any kind; HTML error pages give a general sentence. */
export async function problemOf(response: Response): Promise<Problem> {
  const general =
    response.status >= 500
      ? "Something went wrong on our side. Try again in a minute."
      : "The server did not accept this.";
  const type = response.headers.get("content-type") ?? "";
  if (!type.includes("json")) return new Problem(response.status, general);
  try {
    const body = (await response.json()) as {
      detail?: unknown;
      title?: unknown;
      message?: unknown;
      errors?: unknown;
    };
    const sentence = [body.detail, body.title, body.message].find(
      (text): text is string => typeof text === "string" && text !== "",
    );
    return new Problem(response.status, sentence ?? general, readFields(body.errors));
  } catch {
    return new Problem(response.status, general);
  }
}

function readFields(errors: unknown): FieldProblem[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((item: unknown) => {
    const { field, message } = (item ?? {}) as Partial<FieldProblem>;
    return typeof message === "string" ? [{ field: String(field ?? ""), message }] : [];
  });
}

export interface Call {
  method?: "GET" | "POST";
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** One JSON call. Throws Problem for every answer but 2xx, and when no answer comes. */
export async function call<T>(url: string, options: Call = {}): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", ...options.headers };
  const init: RequestInit = {
    method: options.method ?? "GET",
    headers,
    credentials: "same-origin",
    cache: "no-store",
  };
  if (options.signal) init.signal = options.signal;
  if (options.body !== undefined) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, OFFLINE);
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}
