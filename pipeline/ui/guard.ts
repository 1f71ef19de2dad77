/** Which requests are answered: only those of this server's own pages, since other sites' pages run in the same browser. */
import type { Asked } from "./http_server.ts";

/** The reason to reject a request; null if there is none. */
export function refusal(
  { headers, method = "" }: Pick<Asked, "headers" | "method">,
): { status: number; text: string } | null {
  const { host, origin, "sec-fetch-site": site } = headers;
  // A request under another name for this address comes from another site (DNS rebinding). The port may be any: a tunnel,
  // as of ssh -L, has its own.
  if (!isLoopback(host)) {
    return {
      status: 421,
      text: "This page is served to this machine only: open it as http://127.0.0.1 or http://localhost, with the port.",
    };
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, text: "Requests from other sites are rejected." };
  }
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    // A link to a page may be followed from anywhere: the answer is shown to the user, not to the other site.
    const isFollowedLink = method === "GET" && headers["sec-fetch-mode"] === "navigate" &&
      headers["sec-fetch-dest"] === "document";
    return isFollowedLink ? null : { status: 403, text: "Requests from other sites are rejected." };
  }
  return ["GET", "HEAD"].includes(method) ? null : { status: 405, text: "This server is read-only." };
}

/** Whether a Host header names this machine whatever a DNS server says: localhost, *.localhost, 127.0.0.0/8 or [::1]. */
function isLoopback(host = ""): boolean {
  const [, name] = /^(.+?)(?::\d{1,5})?$/.exec(host.toLowerCase()) ?? [];
  if (name === undefined) return false;
  const [first, ...bytes] = name.split(".");
  const isAddress = first === "127" && bytes.length === 3 &&
    bytes.every((byte) => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) < 256);
  return isAddress || name === "[::1]" || /^([a-z0-9_-]+\.)*localhost\.?$/.test(name);
}
