import { createRoute, z } from '@hono/zod-openapi';
import { KbError } from '../../errors.ts';
import { detectLanguage } from '../../language.ts';
import { MAX_LINE_LENGTH } from '../../store/faq-line.ts';
import type { RejectedLine } from '../../store/knowledge-base.ts';
import type { AddRoute } from '../app-env.ts';
import { requestLanguage } from '../request-language.ts';
import { HTTP_AUTHOR } from './http-author.ts';
import { answer, errors, jsonBody, KEYED, WORKING } from './responses.ts';

/** Lines in one request; `kb import` takes more. */
const MAX_LINES = 1000;

const lineSchema = z.object({ id: z.string(), text: z.string() }).openapi('Line');

const route = createRoute({
  method: 'post',
  path: '/lines',
  summary: 'Add lines',
  description:
    'When this answers, the lines are on disk and can be found. Lines of nearly the same meaning are added.',
  security: KEYED,
  request: jsonBody(
    z
      .strictObject({
        lines: z
          .array(z.string())
          .min(1)
          .max(MAX_LINES)
          .openapi({ description: `Each one line of text, at most ${MAX_LINE_LENGTH} characters` }),
      })
      .openapi('AddLinesRequest'),
  ),
  responses: {
    ...answer(
      'What became of each line',
      z
        .object({
          added: z.array(lineSchema),
          duplicates: z.array(lineSchema).openapi({ description: 'Lines that were there already' }),
          rejected: z.array(
            z.object({
              text: z.string(),
              reason: z.enum(['empty_line', 'line_too_long']),
              message: z.string().openapi({ description: "What to do, in the line's language" }),
            }),
          ),
        })
        .openapi('AddLinesAnswer'),
    ),
    ...errors(...WORKING),
  },
});

/** `POST /lines` */
export const addAddLines: AddRoute = (app, { assistant }) => {
  app.openapi(route, async (c) => {
    const { lines } = c.req.valid('json');
    const fallback = requestLanguage(c);
    const language = detectLanguage(lines.join('\n'), fallback);
    c.set('language', language);
    const result = await assistant.run(
      { kind: 'add', lines },
      { by: HTTP_AUTHOR, addAnyway: true, language, signal: c.req.raw.signal },
    );
    if (result.kind === 'failed') throw result.error;
    if (result.kind !== 'added') throw new KbError('internal');
    const toRejected = ({ text, reason, length }: RejectedLine) => ({
      text,
      reason,
      message: new KbError(reason, { values: { length, limit: MAX_LINE_LENGTH } }).sentence(
        detectLanguage(text, fallback),
      ),
    });
    return c.json(
      {
        added: result.added.map(({ id, text }) => ({ id, text })),
        duplicates: result.duplicates.map(({ id, text }) => ({ id, text })),
        rejected: result.rejected.map(toRejected),
      },
      200,
    );
  });
};
