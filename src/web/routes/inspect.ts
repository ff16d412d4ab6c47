import { createRoute, z } from '@hono/zod-openapi';
import { detectLanguage } from '../../language.ts';
import type { AddRoute } from '../app-env.ts';
import { requestLanguage } from '../request-language.ts';
import { matchSchema, toMatch } from './match-schema.ts';
import { answer, errors, jsonBody, KEYED, WORKING } from './responses.ts';

const route = createRoute({
  method: 'post',
  path: '/inspect',
  summary: "What is behind a text's vector",
  security: KEYED,
  request: jsonBody(z.strictObject({ text: z.string() }).openapi('InspectRequest')),
  responses: {
    ...answer(
      "The text's vector as a line, in numbers",
      z
        .object({
          text: z.string(),
          model: z.string(),
          fingerprint: z.string(),
          dimensions: z.int(),
          tokens: z.int(),
          firstValues: z.array(z.number()).openapi({ description: 'The first 50 values' }),
          norm: z.number(),
          min: z.number(),
          max: z.number(),
          mean: z.number(),
          standardDeviation: z.number(),
          histogram: z
            .array(z.int())
            .openapi({ description: 'Counts of the values in equal bins from `min` to `max`' }),
          nearest: z.array(matchSchema),
        })
        .openapi('Inspection'),
    ),
    ...errors(...WORKING),
  },
});

/** `POST /inspect` */
export const addInspect: AddRoute = (app, { assistant }) => {
  app.openapi(route, async (c) => {
    const { text } = c.req.valid('json');
    c.set('language', detectLanguage(text, requestLanguage(c)));
    const found = await assistant.inspect(text, { signal: c.req.raw.signal });
    return c.json(
      {
        ...found,
        firstValues: [...found.firstValues],
        histogram: [...found.histogram],
        nearest: found.nearest.map(toMatch),
      },
      200,
    );
  });
};
