/** Marks: what a chart shows, as plain data. `png/` draws them as pictures, `page/` as part of a page. */
export type Marks = { readonly kind: string };
