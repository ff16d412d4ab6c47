import { createRoute, z } from '@hono/zod-openapi';
import type { AddRoute, EngineParts } from '../app-env.ts';
import { errors, GUARDED, KEYED } from './responses.ts';

const route = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Metrics for Prometheus',
  security: KEYED,
  responses: {
    200: {
      description: "Prometheus' text format",
      content: { 'text/plain': { schema: z.string() } },
    },
    ...errors(...GUARDED),
  },
});

/** `GET /metrics` */
export const addMetrics: AddRoute<Pick<EngineParts, 'metrics'>> = (app, { metrics }) => {
  app.openapi(route, async (c) =>
    c.text(await metrics.render(), 200, { 'Content-Type': metrics.contentType }),
  );
};
