/** Without a base map a quiet grid with a round spacing gives a sense of scale. */
import type { GeoJSONSource, Map } from "maplibre-gl";

const STEPS_M = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];
const METRES_PER_DEGREE = 111_320;

/** Draws the grid under everything that is added later, and keeps it in step with the view. */
export function addGrid(map: Map): void {
  // One spacing for all of a region, so that lines stay where they are when the map moves.
  const metresPerLng = METRES_PER_DEGREE * Math.cos((map.getCenter().lat * Math.PI) / 180);
  map.addSource("grid", { type: "geojson", data: lines(map, metresPerLng) });
  map.addLayer({
    id: "grid",
    type: "line",
    source: "grid",
    paint: { "line-color": "#dde3e1", "line-width": 1 },
  });
  map.on("moveend", () => map.getSource<GeoJSONSource>("grid")?.setData(lines(map, metresPerLng)));
}

function lines(map: Map, metresPerLng: number): GeoJSON.Feature {
  const bounds = map.getBounds();
  const [west, east, south, north] = [bounds.getWest(), bounds.getEast(), bounds.getSouth(), bounds.getNorth()];
  const across = (east - west) * metresPerLng;
  const step = STEPS_M.find((metres) => across / metres <= 12) ?? 200_000;
  const drawn: [number, number][][] = [];
  const dLng = step / metresPerLng;
  const dLat = step / METRES_PER_DEGREE;
  for (let i = Math.floor(west / dLng); i <= Math.ceil(east / dLng); i += 1) {
    drawn.push([[i * dLng, south - dLat], [i * dLng, north + dLat]]);
  }
  for (let i = Math.floor(south / dLat); i <= Math.ceil(north / dLat); i += 1) {
    drawn.push([[west - dLng, i * dLat], [east + dLng, i * dLat]]);
  }
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: drawn } };
}
