import { createRoute, z } from '@hono/zod-openapi';
import type { AddRoute } from '../app-env.ts';
import { errors, GUARDED, KEYED } from './responses.ts';

const route = createRoute({
  method: 'get',
  path: '/openapi.json',
  summary: 'This description',
  security: KEYED,
  responses: {
    200: {
      description: 'OpenAPI 3.1',
      content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
    },
    ...errors(...GUARDED),
  },
});

/** `GET /openapi.json`, made of the schemas that check the requests. */
export const addOpenapi: AddRoute<unknown> = (app) => {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'The value of `KB_API_KEY`; needed only where one is set',
  });
  app.openapi(route, (c) => {
    const document = app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'meaning-radar',
        version: '1',
        description: 'FAQ lines, found by meaning.',
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
    });
    return c.json({ ...document } as Record<string, unknown>, 200);
  });
};
