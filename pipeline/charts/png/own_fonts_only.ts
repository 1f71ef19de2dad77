/**
 * Tells @napi-rs/canvas not to look for the machine's fonts: charts have their own, so that they look the same on every
 * machine, even one without fonts. The library reads the variable when it is loaded: import this file first.
 */
Deno.env.set("DISABLE_SYSTEM_FONTS_LOAD", "1");
