/** `<input data-search data-filters="#table">` hides the rows that do not say what is typed. */

export function startFilters(root: ParentNode): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("[data-filters]")) {
    const table = root.querySelector(input.dataset["filters"] ?? "");
    const rows = table?.querySelectorAll<HTMLElement>("tbody > tr");
    if (!rows) continue;
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const says = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => says.includes(word));
      }
    });
  }
}
