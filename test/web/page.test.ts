import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageMessages } from '../../src/messages/page.ts';
import { acceptedLanguage } from '../../src/web/request-language.ts';
import { type Base, openBase, type RunningWeb, startWeb } from './support/start-web.ts';

const PUBLIC = new URL('../../public/', import.meta.url);

let base: Base;
let web: RunningWeb;

beforeAll(async () => {
  base = await openBase([]);
  web = await startWeb(base);
});

afterAll(async () => {
  await web?.server.close();
  await base?.close();
});

describe('GET /', () => {
  it('speaks the language of the browser, without a gap', async () => {
    for (const [header, lang, word] of [
      ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN', pageMessages.zh.tagline],
      ['en-GB,zh;q=0.5', 'en', pageMessages.en.tagline],
      ['fr', 'en', pageMessages.en.tagline],
    ] as const) {
      const {
        status,
        headers,
        text: body,
      } = await web.send('GET', '/', undefined, {
        'accept-language': header,
      });
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(headers.get('vary')).toContain('Accept-Language');
      expect(body).toContain(`<html lang="${lang}">`);
      expect(body).toContain(word);
      expect(body).toContain('data-threshold="0.4"');
      expect(body).not.toContain('{{');
    }
  });

  it('holds no script or style of its own and asks no other host for anything', async () => {
    const { text: body } = await web.send('GET', '/');
    expect(body).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|style=/);
    for (const name of readdirSync(PUBLIC)) {
      const content = readFileSync(new URL(name, PUBLIC), 'utf8').replaceAll(
        'http://www.w3.org/2000/svg',
        '',
      );
      expect([name, content.match(/https?:\/\/|innerHTML|insertAdjacent|document\.write|eval\(/)]).toEqual([
        name,
        null,
      ]);
    }
  });

  it('finds everything it loads', async () => {
    const { text: body } = await web.send('GET', '/');
    const first = [...body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1] as string);
    const queue = [...new Set(first)];
    expect(queue.length).toBeGreaterThanOrEqual(3);
    for (const path of queue) {
      const reply = await web.send('GET', path);
      expect([path, reply.status]).toEqual([path, 200]);
      for (const [, name] of reply.text.matchAll(/from ['"]\.\/([\w.-]+)['"]/g))
        if (!queue.includes(`/assets/${name}`)) queue.push(`/assets/${name}`);
    }
    expect(queue).toContain('/assets/messages.js');
  });

  it('is not sent again while it is the same', async () => {
    for (const path of ['/', '/assets/page.css']) {
      const first = await web.send('GET', path);
      const again = await web.send('GET', path, undefined, {
        'if-none-match': first.headers.get('etag') ?? '',
      });
      expect([again.status, again.text]).toEqual([304, '']);
    }
  });

  it('has both languages, with the same gaps to fill', () => {
    const gaps = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const [key, text] of Object.entries(pageMessages.en))
      expect([key, gaps(pageMessages.zh[key as keyof typeof pageMessages.en])]).toEqual([key, gaps(text)]);
  });
});

describe('acceptedLanguage', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh', 'zh'],
    ['zh-Hant-TW;q=0.1', 'zh'],
    ['de, zh;q=0.3, en;q=0.2', 'zh'],
    ['en;q=0, zh;q=0.1', 'zh'],
    ['zh;q=0', 'en'],
    [';;,,q=', 'en'],
    ['*', 'en'],
  ])('%s is %s', (header, language) => {
    expect(acceptedLanguage(header)).toBe(language);
  });
});
