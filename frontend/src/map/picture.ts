/** Pictures for the map, drawn in the browser. */

/** A square picture with its middle at 0, 0. size: in CSS pixels, of which each is `ratio` wide. */
export function picture(size: number, ratio: number, draw: (context: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * ratio;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.scale(ratio, ratio);
  context.translate(size / 2, size / 2);
  draw(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** Fills a path and gives it a white edge. */
export function sign(context: CanvasRenderingContext2D, path: Path2D, colour: string, edge: number): void {
  context.lineJoin = "round";
  context.lineWidth = edge;
  context.strokeStyle = "#ffffff";
  context.stroke(path);
  context.fillStyle = colour;
  context.fill(path, "evenodd");
}
