import { assertEquals, assertStringIncludes } from "@std/assert";
import { html, jsonForScript } from "../../../pipeline/text/markup.ts";

Deno.test("html`` escapes what could end a text or an attribute, and leaves HTML as it is", () => {
  const name = `<script>alert("1")</script> & 'x'`;
  assertEquals(
    html`<p title="${name}">${name}</p>`.text,
    '<p title="&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;x&#39;">' +
      "&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;x&#39;</p>",
  );
  assertEquals(html`<ul>${[1, "<", html`<li>`]}${null}</ul>`.text, "<ul>1&#60;<li></ul>");
});

Deno.test("jsonForScript() gives JSON that cannot end its element", () => {
  const value = { name: "</script><!-- <script>" };
  const { text } = jsonForScript(value);
  assertEquals(text.includes("<"), false);
  assertEquals(JSON.parse(text), value);
  assertStringIncludes(html`<script>${jsonForScript(value)}</script>`.text, "\\u003c/script>");
});
