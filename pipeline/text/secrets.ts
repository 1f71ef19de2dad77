/** Web addresses as others may see them, in messages and in results: without what only their owner should know. */

const ESCAPED = String.raw`\\.`;
/** Longer than any password. Without a bound, the time would grow with the square of the text's length. */
const MOST = "{0,2048}";
/** A scheme and, up to an "@", a user. A password may contain a slash, but "host:8080/@scope" contains no user. */
const USER = new RegExp(
  String.raw`((?:[a-z][a-z0-9+.-]{0,20}:[/\\]+|https?:|//))` +
    String.raw`(?:(?:[^\s"\\/?#]|${ESCAPED})${MOST}|[^\s"\\/?#:]${MOST}:(?!\d*[/?#])(?:[^\s"\\]|${ESCAPED})${MOST})@`,
  "gi",
);
/** An address up to its query or fragment: that of a presigned address is a password. */
const QUERY = new RegExp(String.raw`(https?:[^\s"?#()]${MOST}[?#])(?:[^\s"\\()]|${ESCAPED})+`, "gi");

/** The text; in its web addresses "…" stands for names, passwords and queries. */
export function withoutSecrets(text: string): string {
  return text.replace(USER, "$1…@").replace(QUERY, "$1…");
}

/** A plain value in which every web address is without a user's name and password, and otherwise as good as before. */
export function withoutUsers<T>(value: T): T {
  if (typeof value === "string") return withoutUser(value) as T;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutUsers) as T;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutUsers(part)])) as T;
}

function withoutUser(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username + url.password === "") return text;
  [url.username, url.password] = ["", ""];
  return url.href;
}
