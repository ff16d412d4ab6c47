import { createEngineServer } from '../../../src/web/create-engine-server.ts';
import type { EngineServerOptions } from '../../../src/web/web-server.ts';
import { listenAndSend, type RunningWeb } from './listen-and-send.ts';

type Given = Omit<EngineServerOptions, 'config'> & { config?: Partial<EngineServerOptions['config']> };

/** A listening engine on a free port. */
export function startEngine(given: Given): Promise<RunningWeb> {
  return listenAndSend((logger) =>
    createEngineServer({ logger, ...given, config: { KB_HOST: '127.0.0.1', KB_PORT: 0, ...given.config } }),
  );
}
