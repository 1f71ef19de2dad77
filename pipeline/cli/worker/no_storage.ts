/**
 * Removes what lets code keep data between processes, outside of the cache and the results: what a stage reads there would
 * be part of no key. A worker loads this file first.
 */
for (const name of ["localStorage", "sessionStorage", "caches"]) Reflect.deleteProperty(globalThis, name);
