/// <reference lib="dom" />
/** The code of a run's page in the ui: shows what the server sends, and goes on when the connection was lost. */
import { startTheme } from "./colour_theme.ts";
import { startReading } from "./read_values.ts";

/** What the server sends: how the run is, and all that is known of it as HTML. */
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
  // A finished run has a report, to which the server leads.
  if (shown?.status === "running" && news.status === "finished") return location.reload();
  if (shown?.html !== news.html) show(news.html);
  shown = news;
};

/** Shows the HTML. What is opened or being read stays as it is. */
function show(html: string): void {
  const open = [...live.querySelectorAll("details")].map((one) => one.open);
  const focused = [...live.querySelectorAll(".plot")].indexOf(document.activeElement!);
  live.innerHTML = html;
  live.querySelectorAll("details").forEach((one, i) => one.open = open[i] ?? false);
  startReading(live);
  live.querySelectorAll<HTMLElement>(".plot")[focused]?.focus();
}
