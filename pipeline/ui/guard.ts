/** Which requests are answered: only those of this server's own pages, since other sites' pages run in the same browser. */

/** The reason to reject a request; null if there is none. `port` is the server's own. */
export function refusal({ headers, method }: Request, port: number): { status: number; text: string } | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const [host, origin, site] = ["host", "origin", "sec-fetch-site"].map((name) => headers.get(name));
  // A request under another name for this address comes from another site (DNS rebinding).
  if (host === null || !hosts.includes(host)) return { status: 421, text: `This is ${hosts[0]}, not ${host ?? ""}.` };
  if (origin !== null && !hosts.includes(origin.replace(/^http:\/\//, ""))) {
    return { status: 403, text: `Requests from ${origin} are rejected.` };
  }
  if (site !== null && !["same-origin", "none"].includes(site)) {
    // A link to a page may be followed from anywhere: the answer is shown to the user, not to the other site.
    const isFollowedLink = method === "GET" && headers.get("sec-fetch-mode") === "navigate" &&
      headers.get("sec-fetch-dest") === "document";
    return isFollowedLink ? null : { status: 403, text: "Requests from other sites are rejected." };
  }
  return ["GET", "HEAD"].includes(method) ? null : { status: 405, text: "This server is read-only." };
}
