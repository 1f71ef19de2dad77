/**
 * Tells @napi-rs/canvas not to look for the machine's fonts: the charts bring their own, so that they look the same on
 * every machine, also on one without any font. The library reads the variable when it is loaded; import this file first.
 */
Deno.env.set("DISABLE_SYSTEM_FONTS_LOAD", "1");
