import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load-config.ts';
import { createLogger, secretsOf } from '../../src/log.ts';
import { FakeScreen } from './fake-io.ts';

const SECRET = 'xoxb-very-"secret"';
const entry = z.looseObject({ level: z.string(), time: z.iso.datetime(), msg: z.string() });

function logged(isTTY: boolean, secrets: readonly string[] = []) {
  const sink = new FakeScreen({ isTTY });
  return { sink, logger: createLogger({ level: 'info', sink, secrets }) };
}

describe('createLogger', () => {
  it('writes JSON lines where nobody watches', () => {
    const { sink, logger } = logged(false);
    logger.info({ lines: 3 }, 'Loaded');
    logger.debug('not at this level');
    const rows = sink.text.trim().split('\n');
    expect(rows).toHaveLength(1);
    expect(entry.parse(JSON.parse(rows[0] ?? ''))).toMatchObject({ level: 'info', msg: 'Loaded', lines: 3 });
  });

  it('writes one readable line an entry on a terminal, with nothing that acts on it', () => {
    const { sink, logger } = logged(true);
    logger.warn({ user: 'a\u001B[2Jb' }, 'Odd\nname');
    expect(sink.text).toMatch(/^\d\d:\d\d:\d\d warn {2}Odd name user=a\[2Jb\n$/);
  });

  it('shows an error with the first places of its stack', () => {
    const { sink, logger } = logged(true);
    logger.error({ err: new Error('broken') }, 'Failed');
    expect(sink.text).toMatch(/error Failed\n {4}Error: broken\n {4}at /);
  });

  it.each([true, false])('never shows a secret (terminal: %s)', (isTTY) => {
    const { sink, logger } = logged(isTTY, [SECRET]);
    logger.error({ err: new Error(`refused ${SECRET}`), url: `https://x/?t=${SECRET}` }, `with ${SECRET}`);
    logger.info(
      { token: 'abc123', headers: { authorization: 'Bearer abc123' }, a: { b: { apiKey: 'abc123' } } },
      'sent',
    );
    expect(sink.text).not.toContain('very-');
    expect(sink.text).not.toContain('abc123');
    expect(sink.text).toContain('[secret]');
  });

  it('knows the secrets of the settings', () => {
    const config = loadConfig({
      env: { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', KB_API_KEY: 'key-12345', KB_PORT: '1' },
      envFile: '/nowhere',
    });
    expect(secretsOf(config).sort()).toEqual(['key-12345', 'xapp-1', 'xoxb-1']);
  });
});
