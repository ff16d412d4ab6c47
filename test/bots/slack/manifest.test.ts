import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REQUIRED_SCOPES } from '../../../src/bots/slack/check-credentials.ts';
import { LOOK_UP } from '../../../src/bots/slack/incoming.ts';

const manifest = readFileSync('slack/manifest.yaml', 'utf8');
const listUnder = (key: string) => {
  const [, list = ''] = new RegExp(`\\b${key}:\\n((?:\\s+- \\S+\\n)+)`, 'u').exec(manifest) ?? [];
  return list.match(/[\w.:]+(?=\n)/gu) ?? [];
};

describe('the manifest', () => {
  it('asks for exactly the scopes that the start checks', () => {
    expect(listUnder('bot').toSorted()).toEqual(Object.keys(REQUIRED_SCOPES).toSorted());
  });

  it('subscribes to what is answered, and names the command and the shortcut', () => {
    expect(listUnder('bot_events').toSorted()).toEqual(['app_home_opened', 'app_mention', 'message.im']);
    expect(manifest).toContain('command: /kb');
    expect(manifest).toContain(`callback_id: ${LOOK_UP}`);
  });

  it.each(['docs/slack.md', 'docs/slack.zh-CN.md'])('%s explains every scope', (path) => {
    const text = readFileSync(path, 'utf8');
    for (const scope of Object.keys(REQUIRED_SCOPES)) expect(text).toContain(`| \`${scope}\` |`);
  });
});
