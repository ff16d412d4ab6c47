import type { App, EngineParts } from './app-env.ts';
import { createBaseApp } from './base-app.ts';
import { ENGINE_ROUTES } from './engine-routes.ts';
import { addEngineFront } from './routes/engine-front.ts';

/** The HTTP interface of a GPU host: the models, and nothing of any knowledge base. */
export function createEngineApp(parts: EngineParts): App {
  const app = createBaseApp(parts);
  for (const addRoute of ENGINE_ROUTES) addRoute(app, parts);
  addEngineFront(app, parts);
  return app;
}
