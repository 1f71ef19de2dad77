/// <reference lib="dom" />
/** The script of the list of runs: filters it, and follows runs in progress. */
import type { ListNews } from "../ui_pages.ts";
import { startTheme } from "./colour_theme.ts";
import { startSorting } from "./sort_table.ts";

const rows = [...document.querySelectorAll<HTMLTableRowElement>("tbody tr")];
const filter = document.querySelector<HTMLInputElement>("#filter")!;
const count = document.querySelector<HTMLOutputElement>("#count")!;
const news = document.querySelector<HTMLElement>("#news")!;
const compare = document.querySelector<HTMLButtonElement>("#compare")!;

startTheme();
startSorting(document);

function showFiltered(): void {
  const words = filter.value.toLowerCase().split(/\s+/);
  for (const row of rows) {
    const text = `${row.dataset.name} ${row.textContent}`.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
  // Sweeps are in a table of their own, outside of the form.
  const runs = rows.filter((row) => row.closest("form") !== null);
  const shown = runs.filter((row) => !row.hidden).length;
  count.textContent = shown === runs.length ? `${runs.length} runs` : `${shown} of ${runs.length} runs`;
}

function showSelected(): void {
  const selected = document.querySelectorAll("tbody input:checked").length;
  compare.disabled = selected < 2;
  compare.textContent = selected < 2 ? "Select two or more to compare" : `Compare ${selected} runs`;
}

/** Updates the states of runs in progress; a link above the list shows new runs. */
function showNews({ live, finished }: ListNews): void {
  for (const { name, state } of live) {
    const cell = rows.find((row) => row.dataset.name === name)?.querySelector(".state");
    if (cell) cell.innerHTML = state;
  }
  const isNew = finished !== news.dataset.finished ||
    live.some(({ name }) => !rows.some((row) => row.dataset.name === name));
  news.innerHTML = isNew ? 'There are new results. <a href="/">Show them</a>' : "";
}

filter.addEventListener("input", showFiltered);
document.addEventListener("change", showSelected);
showFiltered();
showSelected();
const source = new EventSource("/events");
source.onmessage = ({ data }: MessageEvent<string>) => showNews(JSON.parse(data));
source.onerror = () => void (news.textContent = "The connection is lost; trying again.");
