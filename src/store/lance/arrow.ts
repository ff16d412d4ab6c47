import { createRequire } from 'node:module';

/**
 * Apache Arrow as LanceDB itself has loaded it. An `import` would load the package's ES build beside LanceDB's
 * CommonJS one: a fifth of a second more at every start, and two classes of every name.
 */
export const arrow: typeof import('apache-arrow') = createRequire(import.meta.url)('apache-arrow');
