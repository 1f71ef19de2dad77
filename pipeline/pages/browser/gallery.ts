/// <reference lib="dom" />
/** The mistakes, a page at a time, of all classes or of one. */
import type { ScriptData } from "../page_data.ts";
import { percentText } from "../page_numbers.ts";
import { imageItem } from "./image_list.ts";

const PER_PAGE = 24;

/** Brings the gallery to life. */
export function startGallery({ mistakes, mistakeImages }: ScriptData): void {
  const list = document.querySelector<HTMLUListElement>("#mistake-images");
  if (list === null) return;
  const choice = document.querySelector<HTMLSelectElement>("#mistake-class")!;
  const place = document.querySelector<HTMLOutputElement>("#mistakes-place")!;
  const before = document.querySelector<HTMLButtonElement>("#mistakes-before")!;
  const after = document.querySelector<HTMLButtonElement>("#mistakes-after")!;
  for (const label of [...new Set(mistakes.map((mistake) => mistake.label))].sort((a, b) => a - b)) {
    choice.append(new Option(String(label), String(label)));
  }
  let start = 0;

  const show = () => {
    const chosen = [...mistakes.entries()].filter(([, { label }]) =>
      choice.value === "" || choice.value === String(label)
    );
    start = Math.max(0, Math.min(start, chosen.length - 1));
    list.replaceChildren(
      ...chosen.slice(start, start + PER_PAGE).map(([i, mistake]) => {
        const { row, label, predicted, probability, probabilityOfLabel } = mistake;
        return imageItem(mistakeImages, i, `Test image ${row}: a ${label}, taken for a ${predicted}`, [
          { text: `${predicted} · ${percentText(probability, 1)}`, kind: "no" },
          { text: `is ${label} · ${percentText(probabilityOfLabel, 1)}`, kind: "yes" },
          { text: `image ${row}`, kind: "hint" },
        ]);
      }),
    );
    place.textContent = `${start + 1}–${Math.min(start + PER_PAGE, chosen.length)} of ${chosen.length}`;
    before.disabled = start === 0;
    after.disabled = start + PER_PAGE >= chosen.length;
  };

  before.addEventListener("click", () => {
    start -= PER_PAGE;
    show();
  });
  after.addEventListener("click", () => {
    start += PER_PAGE;
    show();
  });
  choice.addEventListener("change", () => {
    start = 0;
    show();
  });
  show();
}
