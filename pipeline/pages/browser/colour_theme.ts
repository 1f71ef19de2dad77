/// <reference lib="dom" />
/** Light and dark colours: as the system has them, until the button is pressed. */

/** Starts the button. The choice lasts as long as the page, loaded again or not: a file on disk has no storage. */
export function startTheme(): void {
  const button = document.querySelector<HTMLButtonElement>("#theme");
  if (button === null) return;
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen: boolean | null = history.state?.isDark ?? null;
  const show = (dark: boolean) => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    button.textContent = dark ? "Light" : "Dark";
    button.setAttribute("aria-label", dark ? "Change to light colours" : "Change to dark colours");
  };
  const update = () => show(chosen ?? system.matches);
  system.addEventListener("change", update);
  // Paper is white.
  addEventListener("beforeprint", () => show(false));
  addEventListener("afterprint", update);
  button.addEventListener("click", () => {
    chosen = !(chosen ?? system.matches);
    history.replaceState({ isDark: chosen }, "");
    update();
  });
  button.hidden = false;
  update();
}
