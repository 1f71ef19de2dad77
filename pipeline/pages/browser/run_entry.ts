/// <reference lib="dom" />
/** The script of the page of a run or a sweep in the ui: shows what the server sends, and reconnects. */
import { startTheme } from "./colour_theme.ts";
import { startReading } from "./read_values.ts";
import { startSorting } from "./sort_table.ts";

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
startSorting(live);

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

/** Shows the HTML. Open details, the order of tables, what is scrolled and the focus stay. */
function show(html: string): void {
  const all = <E extends Element>(selector: string) => [...live.querySelectorAll<E>(selector)];
  const open = all<HTMLDetailsElement>("details").map((one) => one.open);
  const focused = all(".plot, .scroll").indexOf(document.activeElement!);
  const places = all(".scroll").map((one) => one.scrollLeft);
  const orders = all("th").map((head) => head.ariaSort);
  live.innerHTML = html;
  all<HTMLDetailsElement>("details").forEach((one, i) => one.open = open[i] ?? false);
  startReading(live);
  startSorting(live);
  all("th").forEach((head, i) => {
    for (let clicks = ["ascending", "descending"].indexOf(orders[i] ?? ""); clicks >= 0; clicks--) {
      head.querySelector<HTMLElement>(".sort")?.click();
    }
  });
  all(".scroll").forEach((one, i) => one.scrollLeft = places[i] ?? 0);
  all<HTMLElement>(".plot, .scroll")[focused]?.focus({ preventScroll: true });
}
