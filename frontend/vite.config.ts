/**
 * Builds the pages' scripts and styles into build/assets with hashed names, and writes the table of
 * names that the templates read (chalicelib/web/assets.json).
 *
 * The same sources give the same bytes: names are content hashes, nothing carries a date.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const manifestFile = resolve(here, "../chalicelib/web/assets.json");

const entries = ["resident", "console", "pin", "upload", "incident", "compose", "overview", "proof"] as const;

/** Assets beside the entries' scripts that templates name. */
const named = new Set(["resident.css", "console.css", "favicon.svg"]);

/** Writes {"resident.css": "/assets/resident-<hash>.css", …} for what templates may name. */
function assetTable(base: string): Plugin {
  return {
    name: "asset-table",
    apply: "build",
    buildStart() {
      const source = readFileSync(resolve(here, "src/images/favicon.svg"));
      this.emitFile({ type: "asset", name: "favicon.svg", source });
    },
    writeBundle(_options, bundle) {
      const table: Record<string, string> = {};
      for (const file of Object.values(bundle)) {
        if (file.type === "chunk" && file.isEntry) {
          table[`${file.name}.js`] = base + file.fileName;
        } else if (file.type === "asset") {
          for (const name of file.names) {
            if (named.has(name)) table[name] = base + file.fileName;
          }
        }
      }
      const sorted = Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
      mkdirSync(dirname(manifestFile), { recursive: true });
      writeFileSync(manifestFile, `${JSON.stringify(sorted, null, 2)}\n`);
    },
  };
}

const base = "/assets/";

export default defineConfig({
  root: here,
  base,
  publicDir: false,
  plugins: [assetTable(base)],
  css: {
    preprocessorOptions: {
      // Warnings about the library's own Sass are the library's to fix.
      scss: { quietDeps: true, loadPaths: [resolve(here, "node_modules")] },
    },
  },
  build: {
    outDir: resolve(here, "../build/assets"),
    assetsDir: "",
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    // What the licences of the bundled libraries ask for: their texts, beside the code.
    license: { fileName: "licences.md" },
    // data: URLs in scripts would need a wider Content-Security-Policy for nothing.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: Object.fromEntries(entries.map((name) => [name, resolve(here, `src/${name}/main.ts`)])),
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: (asset) => {
          // Some servers do not know ".mjs": MapLibre's worker gets the ending every server serves
          // as JavaScript, which module workers insist on.
          const name = asset.names[0] ?? "";
          return name.endsWith(".mjs") ? `${name.slice(0, -4)}-[hash].js` : "[name]-[hash][extname]";
        },
      },
    },
  },
  worker: { format: "es" },
});
