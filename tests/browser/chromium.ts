/** Pages in a real, headless Chromium; tests that need one are skipped, and say so, where there is none. */
import { assertEquals } from "@std/assert";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

const PATH = Deno.env.get("RETRACE_CHROMIUM") ?? "/usr/bin/chromium";
// The tests may run as root, on machines without a graphics card and with little shared memory.
const ARGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** A test in the browser. The page's console must stay empty of errors, but for those that `expected` fits. */
export function browserTest(name: string, test: (open: Opener) => Promise<void>, expected?: RegExp): void {
  const found = hasChromium();
  const title = found ? name : `${name} (skipped: there is no Chromium at ${PATH}; RETRACE_CHROMIUM names another)`;
  Deno.test({
    name: title,
    ignore: !found,
    // The browser is started for all tests of a file, and ends with it.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const { chromium } = await import("playwright-core");
      const browser = await chromium.launch({ executablePath: PATH, args: ARGS });
      const errors: string[] = [];
      try {
        await test((url, options) => openPage(browser, errors, url, options));
      } finally {
        await browser.close();
      }
      assertEquals(errors.filter((error) => !expected?.test(error)), []);
    },
  });
}

/** Opens a page of its own. */
export type Opener = (url: string, options?: BrowserContextOptions) => Promise<Page>;

async function openPage(
  browser: Browser,
  errors: string[],
  url: string,
  options?: BrowserContextOptions,
): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => {
    // Nothing leaves the machine.
    if (!/^(file:|data:|blob:|http:\/\/(127\.0\.0\.1|localhost):)/.test(request.url())) errors.push(request.url());
  });
  await page.goto(url);
  return page;
}

/** The faults that axe-core finds in a page, those that it calls serious or critical. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const { default: axe } = await import("axe-core");
  // By the debugger's way in: the page's own policy would refuse a script element.
  await page.evaluate(axe.source);
  const found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })") as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return found.violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** The ways in which a page is looked at. */
export const LOOKS: Record<string, BrowserContextOptions> = {
  light: { viewport: { width: 1200, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1200, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: "light", hasTouch: true },
};

function hasChromium(): boolean {
  try {
    return Deno.statSync(PATH).isFile;
  } catch {
    return false;
  }
}
