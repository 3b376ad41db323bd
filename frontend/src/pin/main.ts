/** Starts the registration page's map where the template has put one. */
import { PinMap } from "./pin-map";

for (const root of document.querySelectorAll<HTMLElement>("[data-pin-map]")) new PinMap(root);
