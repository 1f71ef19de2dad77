/** Server-sent events: the present state, and again whenever it has changed; also for a client that reconnects. */

/** Milliseconds between two looks at the state. */
const PERIOD = 200;
/** After so many looks without a change, an empty line is sent, so that a lost connection is noticed. */
const QUIET_LOOKS = 50;

/** A stream that sends `look()` as JSON; `close` is called when the client is gone. */
export function changes(look: () => unknown, close: () => void = () => {}): Response {
  let timer: ReturnType<typeof setInterval>;
  let sent = "";
  let quiet = 0;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = () => {
        const data = JSON.stringify(look());
        quiet = data === sent ? quiet + 1 : 0;
        if (data !== sent) controller.enqueue(encoder.encode(`data: ${data}\n\n`));
        else if (quiet % QUIET_LOOKS === 0) controller.enqueue(encoder.encode(":\n\n"));
        sent = data;
      };
      controller.enqueue(encoder.encode("retry: 1000\n\n"));
      send();
      timer = setInterval(send, PERIOD);
    },
    cancel() {
      clearInterval(timer);
      close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
