/// <reference lib="dom" />
/** The script of a run's page in the ui: shows what the server sends, and reconnects. */
import { startTheme } from "./colour_theme.ts";
import { startReading } from "./read_values.ts";

/** What the server sends: the status of the run, and its state as HTML. */
interface News {
  status: string;
  html: string;
}

const live = document.querySelector<HTMLElement>("#live")!;
const connection = document.querySelector<HTMLElement>("#connection")!;
let shown: News | null = null;

startTheme();
startReading(live);

const source = new EventSource(`/events?name=${encodeURIComponent(live.dataset.name!)}`);
source.onopen = () => void (connection.textContent = "");
source.onerror = () => void (connection.textContent = "The connection is lost; trying again.");
source.onmessage = ({ data }: MessageEvent<string>) => {
  const news: News = JSON.parse(data);
  // The server redirects a finished run to its report.
  if (shown?.status === "running" && news.status === "finished") return location.reload();
  if (shown?.html !== news.html) show(news.html);
  shown = news;
};

/** Shows the HTML. Open details and the focus stay. */
function show(html: string): void {
  const open = [...live.querySelectorAll("details")].map((one) => one.open);
  const focused = [...live.querySelectorAll(".plot")].indexOf(document.activeElement!);
  live.innerHTML = html;
  live.querySelectorAll("details").forEach((one, i) => one.open = open[i] ?? false);
  startReading(live);
  live.querySelectorAll<HTMLElement>(".plot")[focused]?.focus();
}
