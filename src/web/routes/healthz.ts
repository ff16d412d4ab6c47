import { createRoute, z } from '@hono/zod-openapi';
import type { AddRoute } from '../app-env.ts';
import { answer } from './responses.ts';

const route = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Alive',
  responses: answer('The process answers', z.object({ status: z.literal('ok') }).openapi('Health')),
});

/** `GET /healthz` */
export const addHealthz: AddRoute<unknown> = (app) => {
  app.openapi(route, (c) => c.json({ status: 'ok' as const }, 200));
};
