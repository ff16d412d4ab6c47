import { createRoute } from '@hono/zod-openapi';
import { KbError } from '../../errors.ts';
import { detectLanguage } from '../../language.ts';
import type { AddRoute, EngineParts } from '../app-env.ts';
import { logit } from '../logit.ts';
import { rankDocuments } from '../rank-documents.ts';
import { requestLanguage } from '../request-language.ts';
import { rerankAnswer, rerankRequest } from './rerank-schemas.ts';
import { answer, errors, jsonBody, KEYED, WORKING } from './responses.ts';

/** Where clients look for it: Jina's and Cohere's old one, Cohere's new one, TEI's. */
const PATHS = ['/v1/rerank', '/v2/rerank', '/rerank'] as const;

const createRerankRoute = (path: (typeof PATHS)[number]) =>
  createRoute({
    method: 'post',
    path,
    summary: 'Documents in the order in which they answer a query',
    description:
      'As Cohere and Jina do it where `documents` are sent, as text-embeddings-inference does it where `texts` are. A document longer than the model reads is cut at its end. Fields that are not listed are ignored.',
    security: KEYED,
    request: jsonBody(rerankRequest),
    responses: {
      ...answer('Best first; equal ones in the order of the request', rerankAnswer),
      ...errors(...WORKING, 404),
    },
  });

/** `POST /v1/rerank`, and the same under the paths of other servers. */
export const addRerank: AddRoute<Pick<EngineParts, 'reranker'>> = (app, { reranker }) => {
  for (const path of PATHS) {
    app.openapi(createRerankRoute(path), async (c) => {
      const request = c.req.valid('json');
      const { query, instruction } = request;
      c.set('language', detectLanguage(query, requestLanguage(c)));
      if (!reranker) throw new KbError('no_reranker');
      const texts = (request.documents ?? request.texts ?? []).map((document) =>
        typeof document === 'string' ? document : document.text,
      );
      const { ranking, tokens } = await rankDocuments(reranker, query, texts, {
        signal: c.req.raw.signal,
        ...(instruction?.trim() ? { task: instruction } : {}),
      });
      const text = (index: number) => texts[index] ?? '';
      if (request.texts) {
        const ranks = ranking.map(({ index, score }) => ({
          index,
          score: request.raw_scores ? logit(score) : score,
          ...(request.return_text ? { text: text(index) } : {}),
        }));
        return c.json(ranks, 200);
      }
      const results = ranking.slice(0, request.top_n ?? ranking.length).map(({ index, score }) => ({
        index,
        relevance_score: score,
        ...(request.return_documents === false ? {} : { document: { text: text(index) } }),
      }));
      const usage = { prompt_tokens: tokens, total_tokens: tokens };
      const meta = { tokens: { input_tokens: tokens } };
      return c.json({ model: reranker.model, results, usage, meta }, 200);
    });
  }
};
