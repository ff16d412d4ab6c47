import { openOverlapReranker } from '../support/overlap-reranker.ts';
import { rerankerContract } from './reranker.contract.ts';

rerankerContract('the word-overlap reranker of the HTTP tests', async () => openOverlapReranker(), {
  overlong: Array.from({ length: 100 }, (_, i) => `word${i}`).join(' '),
});
