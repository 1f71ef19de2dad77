/** Server-sent events: the present state, and again whenever it has changed; also for a client that reconnects. */

const POLL_INTERVAL_MS = 200;
/** After this many polls without a change, an empty line is sent, which reveals a lost connection. */
const QUIET_POLLS = 50;

/** Sends `snapshot()` as JSON until the client has gone, then calls `close`. If `snapshot` throws, the stream ends. */
export function changes(snapshot: () => unknown, close: () => void = () => {}): Response {
  let timer: ReturnType<typeof setInterval>;
  let sent = "";
  let quiet = 0;
  const end = () => {
    clearInterval(timer);
    close();
  };
  const body = new ReadableStream<string>({
    start(controller) {
      const send = () => {
        const data = JSON.stringify(snapshot());
        quiet = data === sent ? quiet + 1 : 0;
        if (data !== sent) controller.enqueue(`data: ${data}\n\n`);
        else if (quiet % QUIET_POLLS === 0) controller.enqueue(":\n\n");
        sent = data;
      };
      const poll = () => {
        // A client that does not read gets the present state when it does.
        if ((controller.desiredSize ?? 0) <= 0) return;
        try {
          send();
        } catch {
          // Thrown by a timer, it would end the server.
          end();
          controller.close();
        }
      };
      controller.enqueue("retry: 1000\n\n");
      timer = setInterval(poll, POLL_INTERVAL_MS);
      poll();
    },
    cancel: end,
  });
  return new Response(body.pipeThrough(new TextEncoderStream()), { headers: { "content-type": "text/event-stream" } });
}
