/// <reference lib="dom" />
/** The code of a run's page in the ui: follows the run, and goes on when the connection was lost. */
import { liveSections, type LiveState } from "../live_sections.ts";
import { startReading } from "./read_values.ts";
import { startTheme } from "./colour_theme.ts";

const live = document.querySelector<HTMLElement>("#live")!;
const connection = document.querySelector<HTMLElement>("#connection")!;
let shown = "";

startTheme();
startReading(live);

const source = new EventSource(`/events?name=${encodeURIComponent(live.dataset.name!)}`);
source.onopen = () => void (connection.textContent = "");
source.onerror = () => void (connection.textContent = "The connection is lost; trying again.");
source.onmessage = ({ data }: MessageEvent<string>) => {
  if (data === shown) return;
  const before: LiveState | null = shown === "" ? null : JSON.parse(shown);
  const state: LiveState = JSON.parse(data);
  shown = data;
  // A finished run has a report, which the server's page links to.
  if (before?.status === "running" && state.status === "finished") return location.reload();
  // What is open or read stays as it is.
  const open = [...live.querySelectorAll("details")].map((one) => one.open);
  const focused = [...live.querySelectorAll(".plot")].indexOf(document.activeElement!);
  live.innerHTML = liveSections(state).text;
  live.querySelectorAll("details").forEach((one, i) => one.open = open[i] ?? false);
  startReading(live);
  live.querySelectorAll<HTMLElement>(".plot")[focused]?.focus();
};
