/** Sends forms by script. */

/** Longer than the service ever takes. */
const LONGEST_MS = 35_000;

/** What a form sends when this button sends it, without files. */
export function fieldsOf(form: HTMLFormElement, button: HTMLElement | null = null): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) {
    if (typeof value === "string") fields.append(name, value);
  }
  return fields;
}

/** Where a form leads. Its own `action` may be a button of that name. */
export function placeOf(form: HTMLFormElement): URL {
  return new URL(form.getAttribute("action") ?? "", document.baseURI);
}

/** Sends fields as a form of ours does. Throws when no answer comes. */
export function postForm(address: string, fields: URLSearchParams): Promise<Response> {
  return fetch(address, {
    method: "POST",
    body: fields,
    // Asks for the place of the next page, which a script cannot see in a redirect.
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(LONGEST_MS),
  });
}
