/** Which requests are answered: only those of this server's own pages, since other sites' pages run in the same browser. */

/** The reason to refuse a request; null for none. `port` is the server's own. */
export function refusal(request: Request, port: number): { status: number; text: string } | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin, site } = headersOf(request);
  // A request under another name for this address comes from another site (DNS rebinding).
  if (!hosts.includes(host)) return { status: 421, text: `This is ${hosts[0]}, not ${host}.` };
  if (origin !== null && !hosts.includes(origin.replace(/^http:\/\//, ""))) {
    return { status: 403, text: `Requests from ${origin} are refused.` };
  }
  if (site !== null && !["same-origin", "none"].includes(site)) {
    return isFollowedLink(request) ? null : { status: 403, text: "Requests from other sites are refused." };
  }
  if (!["GET", "HEAD"].includes(request.method)) return { status: 405, text: "Pages are only read here." };
  return null;
}

/** A link to a page may be followed from anywhere: the answer is shown to the user, not to the other site. */
function isFollowedLink(request: Request): boolean {
  return request.method === "GET" && request.headers.get("sec-fetch-mode") === "navigate" &&
    request.headers.get("sec-fetch-dest") === "document";
}

function headersOf({ headers }: Request): { host: string; origin: string | null; site: string | null } {
  return { host: headers.get("host") ?? "", origin: headers.get("origin"), site: headers.get("sec-fetch-site") };
}
