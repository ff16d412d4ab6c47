/** Bytes of the largest `tokenizer.json` that is read; the published ones have 11 million. */
export const TOKENIZER_LIMIT = 64 * 1024 * 1024;
