import { describe, expect, it } from 'vitest';
import { createSource } from '../../src/hub/source/create-source.ts';
import type { ModelSource, SourceName } from '../../src/hub/source/model-source.ts';
import { COMMIT, MODEL, smallModel, WANTED, WEIGHTS } from './support/fake-model.ts';
import { failureOf, hubConfig } from './support/pull-setup.ts';
import { type FakeHub, type FakeModel, startHub, TOKEN } from './support/start-hub.ts';

const signal = new AbortController().signal;

/** What every hub must do. */
export function modelSourceContract(name: SourceName): void {
  async function source(model: FakeModel, token?: string): Promise<{ hub: FakeHub; source: ModelSource }> {
    const hub = await startHub({ [MODEL]: model });
    return { hub, source: createSource(name, hubConfig(hub.url, token)) };
  }

  async function bytesOf(source: ModelSource, file: string, range?: number): Promise<Buffer> {
    const listing = await source.list(MODEL, { signal });
    const remote = listing.files.find(({ path }) => path === file);
    if (!remote) throw new Error(`${file} is not listed`);
    const headers = range === undefined ? {} : { range: `bytes=${range}-` };
    const { response } = await source.open(MODEL, remote, { signal, headers: () => headers });
    return Buffer.from(await response.arrayBuffer());
  }

  describe(`the source ${name}`, () => {
    it('lists the files that may be wanted, at one whole commit, with sizes and checksums', async () => {
      const { source: hub } = await source(smallModel());
      const listing = await hub.list(MODEL, { signal });
      expect(listing).toMatchObject({ model: MODEL, revision: COMMIT });
      expect(listing.files.map(({ path }) => path).sort()).toEqual(WANTED);
      const weights = listing.files.find(({ path }) => path === 'model.safetensors');
      expect(weights).toMatchObject({ size: WEIGHTS.length, digest: { algorithm: 'sha256' } });
      for (const { digest } of listing.files) expect(digest.value).toMatch(/^[0-9a-f]{40,64}$/);
      expect(await hub.list(MODEL, { revision: COMMIT, signal })).toEqual(listing);
    });

    it('gives a file’s bytes at the listed commit, from the hub or over its CDN, whole or from a place on', async () => {
      const { hub, source: remote } = await source(smallModel());
      expect((await bytesOf(remote, 'README.md')).toString()).toBe('# 模型\n');
      expect((await bytesOf(remote, 'model.safetensors')).equals(WEIGHTS)).toBe(true);
      expect((await bytesOf(remote, 'model.safetensors', 299_990)).equals(WEIGHTS.subarray(299_990))).toBe(
        true,
      );
      const asked = hub.requests.filter(({ at, path }) => at === 'hub' && /resolve|FilePath/.test(path));
      expect(asked.every(({ path }) => path.includes(COMMIT))).toBe(true);
    });

    it('shows the token to the hub and to nobody else', async () => {
      const { hub, source: remote } = await source({ ...smallModel(), private: true }, TOKEN);
      await bytesOf(remote, 'model.safetensors');
      const shown = (at: 'hub' | 'cdn') =>
        hub.requests
          .filter((seen) => seen.at === at)
          .map(({ headers }) => JSON.stringify(headers).includes(TOKEN));
      expect(shown('hub')).toEqual([true, true]);
      expect(shown('cdn')).toEqual([false]);
    });

    it('says of a model that is private or not there which setting may help', async () => {
      const { source: remote } = await source({ ...smallModel(), private: true });
      for (const id of [MODEL, 'Qwen/None']) {
        const error = await failureOf(remote.list(id, { signal }));
        expect(error).toMatchObject({ code: 'model_download', retryable: false });
        expect(error.message).toMatch(
          /no such model, or a private one; for that, set (HF|MODELSCOPE_API)_TOKEN/,
        );
      }
    });

    it('says that a revision is not there', async () => {
      const { source: remote } = await source(smallModel());
      const error = await failureOf(remote.list(MODEL, { revision: 'v9/x', signal }));
      expect(error.message).toContain('it has no revision v9/x of it');
    });

    it.each(['../../etc/passwd', '/etc/passwd', 'a/../../b', 'a\\..\\..\\b', 'C:\\b', 'a//b', './a'])(
      'refuses a list with the name %s',
      async (unsafe) => {
        const { source: remote } = await source({
          ...smallModel(),
          listed: { 'README.md': { name: unsafe } },
        });
        const error = await failureOf(remote.list(MODEL, { signal }));
        expect(error.message).toContain(`the unsafe name ${unsafe}`);
      },
    );

    it('refuses a list with a wanted file whose checksum or size makes no sense', async () => {
      for (const listed of [{ sha256: 'abc' }, { size: -1 }, { size: 0.5 }]) {
        const { source: remote } = await source({ ...smallModel(), listed: { 'model.safetensors': listed } });
        const error = await failureOf(remote.list(MODEL, { signal }));
        expect(error.message).toContain('the size and the checksum of model.safetensors');
      }
    });

    it.each([
      [
        'a page of a captive portal',
        { kind: 'text', text: '<html>Log in</html>' },
        false,
        'cannot be understood',
      ],
      ['another document', { kind: 'text', text: '{"ok":true}' }, false, 'cannot be understood'],
      ['an overloaded hub', { kind: 'status', status: 503 }, true, 'status 503'],
      ['too many requests', { kind: 'status', status: 429, retryAfter: '7' }, true, 'status 429'],
      ['a redirect to nowhere', { kind: 'redirect', to: 'ftp://x/' }, false, 'redirects'],
    ] as const)('tells %s apart', async (_, fault, retryable, words) => {
      const { hub, source: remote } = await source(smallModel());
      hub.listFaults.push(fault);
      const error = await failureOf(remote.list(MODEL, { signal }));
      expect(error).toMatchObject({ code: 'model_download', retryable });
      expect(error.message).toContain(words);
      if (fault.kind === 'status' && 'retryAfter' in fault)
        expect(error).toMatchObject({ retryAfterMs: 7_000 });
    });

    it('gives up redirects that go in a circle', async () => {
      const { hub, source: remote } = await source(smallModel());
      hub.listFaults.push(...Array.from({ length: 20 }, () => ({ kind: 'redirect', to: '?again' }) as const));
      expect((await failureOf(remote.list(MODEL, { signal }))).message).toContain('in a circle');
      expect(hub.requests.length).toBeLessThan(12);
    });

    it('says that a hub cannot be reached, and what else there is', async () => {
      const remote = createSource(name, hubConfig('http://127.0.0.1:9'));
      const error = await failureOf(remote.list(MODEL, { signal }));
      expect(error).toMatchObject({ code: 'model_download', retryable: true });
      expect(error.message).toMatch(
        /127\.0\.0\.1:9: it cannot be reached .* set \w+_ENDPOINT to a mirror, or use --from/,
      );
    });

    it('stops when it is told to', async () => {
      const { source: remote } = await source(smallModel());
      await expect(remote.list(MODEL, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        name: 'AbortError',
      });
    });
  });
}
