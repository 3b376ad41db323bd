/** Numbers as people read them; the same words as the server's filters. */

/** "812 bytes", "4.2 MB", "210 MB": decimal units, as file managers show them. */
export function fileSize(bytes: number): string {
  let value = bytes;
  let unit = "bytes";
  for (const larger of ["kB", "MB", "GB", "TB"]) {
    if (value < 999.5) break;
    value /= 1000;
    unit = larger;
  }
  return `${unit !== "bytes" && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** "85 m", "1.2 km". */
export function distance(metres: number): string {
  return metres < 999.5 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`;
}

/** "1 camera", "3 cameras". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;
}
