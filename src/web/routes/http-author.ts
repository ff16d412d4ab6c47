import type { Author } from '../../store/knowledge-base.ts';

/** Whoever may reach the HTTP interface is one author: it knows a key, not persons. */
export const HTTP_AUTHOR: Author = { id: 'http', source: 'http' };
