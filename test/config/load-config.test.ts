import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { settings } from '../../src/config/schema.ts';
import { KbError } from '../../src/errors.ts';

const load = (env: Record<string, string>) => loadConfig({ env, envFile: '/nonexistent/.env' });

function failure(env: Record<string, string>): KbError {
  try {
    load(env);
  } catch (error) {
    if (error instanceof KbError) return error;
    throw error;
  }
  throw new Error('expected the settings to be refused');
}

describe('loadConfig', () => {
  it('has the documented defaults', () => {
    expect(load({})).toMatchObject({
      KB_DATA: './data',
      KB_KNOWLEDGE: './knowledge',
      KB_MODEL: 'builtin',
      KB_DEVICE: 'auto',
      KB_TOP_K: 5,
      KB_LOW_CONFIDENCE: 0.4,
      KB_EDITORS: ['*'],
      KB_HOST: '127.0.0.1',
      KB_PORT: 3000,
      FEISHU_DOMAIN: 'feishu',
      FEISHU_TRANSPORT: 'websocket',
    });
  });

  it('takes an empty value as not set', () => {
    expect(load({ KB_TOP_K: '', KB_MODEL: '  ' })).toMatchObject({ KB_TOP_K: 5, KB_MODEL: 'builtin' });
  });

  it('reads editors as a list and trims addresses', () => {
    const config = load({ KB_EDITORS: 'U1, ou_2 ,', KB_ENGINE_URL: 'http://gpu:8000/' });
    expect(config.KB_EDITORS).toEqual(['U1', 'ou_2']);
    expect(config.KB_ENGINE_URL).toBe('http://gpu:8000');
  });

  it.each([
    ['KB_TOP_K', '0', 'a whole number from 1 to 50'],
    ['KB_TOP_K', 'five', 'a whole number from 1 to 50'],
    ['KB_PORT', '70000', 'a whole number from 0 to 65535'],
    ['KB_LOW_CONFIDENCE', '2', 'a number from -1 to 1'],
    ['KB_DEVICE', 'tpu', 'one of auto, cpu, cuda, webgpu'],
    ['KB_ENGINE_URL', 'gpu:8000', 'an http:// or https:// address'],
    ['FEISHU_TRANSPORT', 'pigeon', 'one of websocket, webhook'],
  ])('refuses %s=%s in one sentence that names it, the value and what is allowed', (name, value, allowed) => {
    const error = failure({ [name]: value });
    expect(error.code).toBe('invalid_config');
    expect(error.message).toBe(`${name} is ${JSON.stringify(value)}, but must be ${allowed}.`);
    expect(error.sentence('zh')).toContain(name);
  });

  it('never shows a secret', () => {
    const error = failure({ SLACK_BOT_TOKEN: 'hunter2-hunter2' });
    expect(error.message).toContain('SLACK_BOT_TOKEN is (secret)');
    expect(`${error.message}${error.sentence('zh')}${error.stack}`).not.toContain('hunter2');
  });

  it('names an unknown setting and the one that was probably meant', () => {
    expect(failure({ KB_TOPK: '5' }).message).toContain('Did you mean KB_TOP_K?');
    expect(failure({ KB_SOMETHING_ELSE: '5' }).message).toContain('The README lists all settings.');
  });

  it('refuses a reachable host without a key', () => {
    expect(failure({ KB_HOST: '0.0.0.0' }).code).toBe('insecure_config');
    expect(failure({ KB_HOST: '127.0.0.1.example.com' }).code).toBe('insecure_config');
    expect(load({ KB_HOST: '0.0.0.0', KB_API_KEY: 'long-enough' }).KB_HOST).toBe('0.0.0.0');
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1'])
      expect(load({ KB_HOST: host }).KB_HOST).toBe(host);
  });

  it('says which of two settings that belong together is missing', () => {
    expect(failure({ SLACK_BOT_TOKEN: 'xoxb-1' }).message).toContain('SLACK_APP_TOKEN is not set');
    expect(failure({ SLACK_APP_TOKEN: 'xapp-1' }).message).toContain('SLACK_BOT_TOKEN is not set');
    expect(failure({ FEISHU_APP_ID: 'cli_1' }).message).toContain('FEISHU_APP_SECRET is not set');
    expect(failure({ FEISHU_TRANSPORT: 'webhook' }).message).toContain('FEISHU_ENCRYPT_KEY is not set');
  });

  it('reads .env, and the environment wins', () => {
    const envFile = join(mkdtempSync(join(tmpdir(), 'kb-')), '.env');
    writeFileSync(envFile, '# comment\nKB_TOP_K=7\nKB_PORT="4000"\nOTHER=1\n');
    expect(loadConfig({ env: { KB_PORT: '5000' }, envFile })).toMatchObject({ KB_TOP_K: 7, KB_PORT: 5000 });
  });

  it.each(['.env.example', 'README.md', 'README.zh-CN.md'])('every setting is in %s', (file) => {
    const text = readFileSync(file, 'utf8');
    expect(Object.keys(settings).filter((name) => !text.includes(name))).toEqual([]);
  });
});
