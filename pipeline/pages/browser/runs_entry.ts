/// <reference lib="dom" />
/** The code of the list of runs: filters it, and keeps up with runs at work. */
import { statusBadge } from "../live_sections.ts";
import { html } from "../markup.ts";
import type { ListNews } from "../ui_pages.ts";
import { startTheme } from "./colour_theme.ts";

const rows = [...document.querySelectorAll<HTMLTableRowElement>("tbody tr")];
const filter = document.querySelector<HTMLInputElement>("#filter")!;
const count = document.querySelector<HTMLOutputElement>("#count")!;
const news = document.querySelector<HTMLElement>("#news")!;
const compare = document.querySelector<HTMLButtonElement>("#compare")!;

startTheme();

/** Shows the rows that have all the words. */
function showFiltered(): void {
  const words = filter.value.toLowerCase().split(/\s+/);
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
  const shown = rows.filter((row) => !row.hidden).length;
  count.textContent = shown === rows.length ? `${rows.length} runs` : `${shown} of ${rows.length} runs`;
}

function showChosen(): void {
  const chosen = document.querySelectorAll("tbody input:checked").length;
  compare.disabled = chosen < 2;
  compare.textContent = chosen < 2 ? "Choose two or more to compare" : `Compare ${chosen} runs`;
}

/** Puts the states of runs at work into their rows; runs that are new are linked to above the list. */
function showNews({ live, finished }: ListNews): void {
  for (const { name, status, note } of live) {
    const state = rows.find((row) => row.dataset.name === name)?.querySelector(".state");
    if (state) state.innerHTML = html`${statusBadge(status)} ${note}`.text;
  }
  const isNew = finished !== news.dataset.finished ||
    live.some(({ name }) => !rows.some((row) => row.dataset.name === name));
  news.innerHTML = isNew ? html`There is something new. <a href="/">Show it</a>`.text : "";
}

filter.addEventListener("input", showFiltered);
document.addEventListener("change", showChosen);
showFiltered();
showChosen();
const source = new EventSource("/events");
source.onmessage = ({ data }: MessageEvent<string>) => showNews(JSON.parse(data));
source.onerror = () => void (news.textContent = "The connection is lost; trying again.");
