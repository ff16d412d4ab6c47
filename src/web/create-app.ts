import type { AddRoute, App, AppParts } from './app-env.ts';
import { createBaseApp } from './base-app.ts';
import { ENGINE_ROUTES } from './engine-routes.ts';
import type { PageAssets } from './page-assets.ts';
import { addAddLines } from './routes/add-lines.ts';
import { addInspect } from './routes/inspect.ts';
import { addListLines } from './routes/list-lines.ts';
import { addPage } from './routes/page.ts';
import { addRemoveLine } from './routes/remove-line.ts';
import { addSearch } from './routes/search.ts';

const ROUTES: readonly AddRoute[] = [
  addSearch,
  addListLines,
  addAddLines,
  addRemoveLine,
  addInspect,
  ...ENGINE_ROUTES,
];

/** The whole HTTP interface as one function from request to response; the page asks for the key itself. */
export function createApp(parts: AppParts, assets: PageAssets): App {
  const app = createBaseApp(parts, (path) => assets.files.has(path));
  for (const addRoute of ROUTES) addRoute(app, parts);
  addPage(app, assets);
  return app;
}
