/** Web addresses in messages, without what only their owner should know. */

const ESCAPED = String.raw`\\.`;
/** Longer than any password. Without a bound, the time would grow with the square of the text's length. */
const MOST = "{0,2048}";
/**
 * A scheme and, up to an "@", a user's name and password. A password that is not encoded as it should be can contain a
 * slash, but "host:8080/@scope" contains none.
 */
const USER = new RegExp(
  String.raw`((?:[a-z][a-z0-9+.-]{0,20}:[/\\]+|https?:))` +
    String.raw`(?:(?:[^\s"\\/?#]|${ESCAPED})${MOST}|[^\s"\\/?#:]${MOST}:(?!\d*[/?#])(?:[^\s"\\]|${ESCAPED})${MOST})@`,
  "gi",
);
/** An address up to its query or fragment: that of a presigned address is a password. */
const QUERY = new RegExp(String.raw`(https?:[^\s"?#()]${MOST}[?#])(?:[^\s"\\()]|${ESCAPED})+`, "gi");

/** The text; in its web addresses "…" stands for names, passwords and queries. */
export function withoutSecrets(text: string): string {
  return text.replace(USER, "$1…@").replace(QUERY, "$1…");
}
