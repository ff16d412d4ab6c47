import type { Config } from '../../config/schema.ts';
import { createEndpoint } from './endpoint.ts';
import { createHuggingFace } from './huggingface.ts';
import type { ModelSource, SourceName } from './model-source.ts';
import { createModelScope } from './modelscope.ts';

/** The settings that say where the hubs are and who we are there. */
export type HubConfig = Pick<
  Config,
  'HF_ENDPOINT' | 'HF_TOKEN' | 'MODELSCOPE_ENDPOINT' | 'MODELSCOPE_API_TOKEN'
>;

/** The hub of that name, as the settings reach it. */
export function createSource(name: SourceName, config: HubConfig): ModelSource {
  if (name === 'huggingface') {
    const token = config.HF_TOKEN;
    return createHuggingFace(
      createEndpoint({
        source: name,
        address: config.HF_ENDPOINT,
        credentials: token === undefined ? {} : { authorization: `Bearer ${token}` },
        tokenSetting: 'HF_TOKEN',
        endpointSetting: 'HF_ENDPOINT',
      }),
    );
  }
  const token = config.MODELSCOPE_API_TOKEN;
  return createModelScope(
    createEndpoint({
      source: name,
      address: config.MODELSCOPE_ENDPOINT,
      // Its own client sends both: older routes read the cookie, newer ones the header.
      credentials:
        token === undefined ? {} : { authorization: `Bearer ${token}`, cookie: `m_session_id=${token}` },
      tokenSetting: 'MODELSCOPE_API_TOKEN',
      endpointSetting: 'MODELSCOPE_ENDPOINT',
    }),
  );
}
