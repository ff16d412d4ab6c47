import type { Context } from 'hono';
import type { App, AppEnv } from '../app-env.ts';
import type { Asset, PageAssets } from '../page-assets.ts';
import { acceptedLanguage } from '../request-language.ts';

/** `GET /` and what the page loads: open without the key, which the page asks for. */
export function addPage(app: App, assets: PageAssets): void {
  app.get('/', (c) => {
    c.header('Vary', 'Accept-Language');
    return send(c, assets.page[acceptedLanguage(c.req.header('accept-language'))]);
  });
  for (const [path, file] of assets.files) app.get(path, (c) => send(c, file));
}

/** The browser keeps a file and asks each time whether it is still the same. */
function send(c: Context<AppEnv>, asset: Asset): Response {
  c.header('Cache-Control', 'no-cache');
  c.header('ETag', asset.etag);
  if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304);
  c.header('Content-Type', asset.type);
  return c.body(asset.body, 200);
}
