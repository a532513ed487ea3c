/**
 * The address of this script. Scripts are one folder below the page's root, in `src` or in the build's `assets`. Not written as
 * `new URL('..', import.meta.url)`, which Vite would take for a file of the page.
 */
const script = import.meta.url;

/** The address of the server below which this page is, without a slash at its end. */
export const pageUrl = new URL('..', script).href.replace(/\/$/, '');

/** The path in `pageUrl`: empty at the root of a host. */
export const basePath = new URL(pageUrl).pathname.replace(/\/$/, '');
