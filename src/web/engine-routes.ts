import type { AddRoute, EngineParts } from './app-env.ts';
import { addEmbeddings } from './routes/embeddings.ts';
import { addHealthz } from './routes/healthz.ts';
import { addMetrics } from './routes/metrics.ts';
import { addModels } from './routes/models.ts';
import { addOpenapi } from './routes/openapi.ts';
import { addReadyz } from './routes/readyz.ts';
import { addRerank } from './routes/rerank.ts';

/** What a service offers that runs the models, with or without a knowledge base on top. */
export const ENGINE_ROUTES: readonly AddRoute<EngineParts>[] = [
  addEmbeddings,
  addRerank,
  addModels,
  addHealthz,
  addReadyz,
  addMetrics,
  addOpenapi,
];
