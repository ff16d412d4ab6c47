import { describe, expect, it } from 'vitest';
import { formatBytes } from '../../src/hub/format-bytes.ts';
import { isModelId } from '../../src/hub/model-id.ts';
import { createEndpoint } from '../../src/hub/source/endpoint.ts';
import { nextHop } from '../../src/hub/source/next-hop.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [11_422_654, '11.4 MB'],
    [999_400, '999 kB'],
    [999_600, '1.00 MB'],
    [99_960, '100 kB'],
    [1_191_586_416, '1.19 GB'],
    [15_134_590_592, '15.1 GB'],
    [5e15, '5000 TB'],
  ])('writes %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('isModelId', () => {
  it.each(['Qwen/Qwen3-Embedding-0.6B', 'a/b', '_x/y_', 'iic/nlp_gte', `a/${'b'.repeat(96)}`])(
    'takes %s',
    (id) => {
      expect(isModelId(id)).toBe(true);
    },
  );
  it.each([`a/${'b'.repeat(97)}`, 'a/-b', 'a/b-', '模型/b', 'a/b\n', 'a%2f/b', 'C:/b'])(
    'refuses %s',
    (id) => {
      expect(isModelId(id)).toBe(false);
    },
  );
});

describe('nextHop', () => {
  const hub = new URL('https://hub.test/a/b');
  it.each([
    [hub, '/c', 'https://hub.test/c'],
    [hub, 'https://cdn.test/x?y', 'https://cdn.test/x?y'],
    [hub, 'http://cdn.test/x', undefined],
    [hub, 'file:///etc/passwd', undefined],
    [hub, 'https://', undefined],
    [hub, null, undefined],
    [new URL('http://127.0.0.1:1/'), 'http://127.0.0.1:2/', 'http://127.0.0.1:2/'],
    [new URL('http://127.0.0.1:1/'), 'data:text/plain,x', undefined],
  ])('from %s by %s to %s', (from, location, to) => {
    expect(nextHop(from, location)?.href).toBe(to);
  });
});

describe('createEndpoint', () => {
  const names = { source: 'huggingface', tokenSetting: 'HF_TOKEN', endpointSetting: 'HF_ENDPOINT' } as const;
  it('keeps a path, and sends a user and password as such', () => {
    const address = 'https://me:p%40ss@mirror.test:8443/api/hf/';
    const endpoint = createEndpoint({ ...names, address, credentials: {} });
    expect(endpoint).toMatchObject({
      base: 'https://mirror.test:8443/api/hf',
      origin: 'https://mirror.test:8443',
      host: 'mirror.test:8443',
      credentials: { authorization: `Basic ${btoa('me:p@ss')}` },
    });
    const token = { authorization: 'Bearer t' };
    expect(createEndpoint({ ...names, address, credentials: token }).credentials).toEqual(token);
  });
});
