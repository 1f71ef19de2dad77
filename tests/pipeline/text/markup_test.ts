import { assertEquals, assertStringIncludes } from "@std/assert";
import { jsonForScript, markup } from "../../../pipeline/text/markup.ts";

Deno.test("markup`` escapes what could end a text or an attribute, and leaves markup as it is", () => {
  const name = `<script>alert("1")</script> & 'x'`;
  assertEquals(
    markup`<p title="${name}">${name}</p>`.text,
    '<p title="&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;x&#39;">' +
      "&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;x&#39;</p>",
  );
  assertEquals(markup`<ul>${[1, "<", markup`<li>`]}${null}</ul>`.text, "<ul>1&#60;<li></ul>");
});

Deno.test("markup`` makes control characters visible, which XML forbids, and those that reorder text", () => {
  assertEquals(markup`${"a\u0000\u0007b\ufffec\td\u202ee\u009bf"}`.text, "a\\u0000\\u0007b\\ufffec\td\\u202ee\\u009bf");
});

Deno.test("jsonForScript() gives JSON that cannot end its element", () => {
  const value = { name: "</script><!-- <script>" };
  const { text } = jsonForScript(value);
  assertEquals(text.includes("<"), false);
  assertEquals(JSON.parse(text), value);
  assertStringIncludes(markup`<script>${jsonForScript(value)}</script>`.text, "\\u003c/script>");
});
