import { createRoute, z } from '@hono/zod-openapi';
import { detectLanguage } from '../../language.ts';
import type { AddRoute } from '../app-env.ts';
import { requestLanguage } from '../request-language.ts';
import { matchSchema, toMatch } from './match-schema.ts';
import { answer, errors, jsonBody, KEYED, WORKING } from './responses.ts';

const route = createRoute({
  method: 'post',
  path: '/search',
  summary: 'The lines nearest in meaning to a question',
  security: KEYED,
  request: jsonBody(
    z
      .strictObject({
        query: z.string().openapi({ example: '我想吃点东西' }),
        topK: z.int().min(1).max(50).optional().openapi({ description: 'Default: `KB_TOP_K`' }),
      })
      .openapi('SearchRequest'),
  ),
  responses: {
    ...answer(
      'Best first; empty only where there are no lines',
      z
        .object({
          query: z.string(),
          model: z.string(),
          lowConfidence: z.boolean().openapi({ description: 'The best match is weak, or there is none' }),
          threshold: z.number(),
          matches: z.array(matchSchema),
        })
        .openapi('SearchAnswer'),
    ),
    ...errors(...WORKING),
  },
});

/** `POST /search`: not kept in the question log, as it serves tests and programs. */
export const addSearch: AddRoute = (app, { assistant, metrics }) => {
  app.openapi(route, async (c) => {
    const { query, topK } = c.req.valid('json');
    c.set('language', detectLanguage(query, requestLanguage(c)));
    const found = await assistant.ask(query, {
      signal: c.req.raw.signal,
      ...(topK === undefined ? {} : { topK }),
    });
    metrics.observeAnswer('http', found);
    const { question, model, lowConfidence, threshold, matches } = found;
    return c.json({ query: question, model, lowConfidence, threshold, matches: matches.map(toMatch) }, 200);
  });
};
