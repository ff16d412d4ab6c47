import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Base, LINES, openBase, type RunningWeb, startWeb } from './support/start-web.ts';

const KEY = 'correct-horse-battery';
const CHROMIUM = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

describe.skipIf(CHROMIUM === undefined)('the page in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  let base: Base;
  let web: RunningWeb;
  let empty: Base;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
    base = await openBase([...LINES, '<img src=x onerror="document.title=1"> <b>bold</b> is a line too.']);
    empty = await openBase([]);
    web = await startWeb(base);
  });

  afterAll(async () => {
    await browser?.close();
    await web?.server.close();
    await base?.close();
    await empty?.close();
  });

  /** A fresh page whose every script error and refused resource fails the test. */
  async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) problems.push(message.text());
    });
    onTestFinished(async () => {
      await context.close();
      expect(problems).toEqual([]);
    });
    await page.goto(url);
    return page;
  }

  async function ask(page: Page, question: string) {
    await page.fill('#question', question);
    await page.press('#question', 'Enter');
    await page.getByText(`“${question}”`).waitFor();
  }

  it('answers a question with rank, line, four decimals and a bar of exactly that length', async () => {
    const page = await open(web.url);
    await ask(page, 'What is the capital of France?');
    const { body } = await web.send('POST', '/search', { query: 'What is the capital of France?' });
    const shown = await page.locator('.match').evaluateAll((items) =>
      items.map((item) => {
        const part = (selector: string) => item.querySelector(selector);
        const width = (selector: string) => part(selector)?.getBoundingClientRect().width ?? 0;
        return {
          rank: part('.rank')?.textContent,
          text: part('.line')?.textContent,
          score: part('.score')?.lastChild?.textContent,
          share: width('.fill') / width('.bar'),
          weak: part('.weak-mark')?.textContent,
        };
      }),
    );
    expect(shown).toHaveLength(5);
    for (const [i, match] of body.matches.entries()) {
      expect(shown[i]).toMatchObject({
        rank: String(i + 1),
        text: match.text,
        score: match.score.toFixed(4),
        weak: match.lowConfidence ? 'weak' : undefined,
      });
      expect(shown[i]?.share).toBeCloseTo(Math.max(0, match.score), 2);
    }
    expect(await page.locator('#radar .dot').count()).toBe(5);
  });

  it('warns above a weak answer and says so to screen readers', async () => {
    const page = await open(web.url);
    await ask(page, 'Who won the world cup in 1974?');
    expect(await page.locator('.notice').textContent()).toContain('No good match.');
    expect(await page.locator('#results-status').textContent()).toContain('No good match.');
    const top = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((node) => node.getBoundingClientRect().top);
    expect(await top('.notice')).toBeLessThan(await top('.match'));
  });

  it('shows lines and questions as text, whatever they hold', async () => {
    const page = await open(web.url);
    const question = '<img src=x onerror="document.title=1"> <b>bold</b>';
    await ask(page, question);
    expect(await page.locator('.matches img, .matches b, .asked b').count()).toBe(0);
    expect(await page.locator('.asked').textContent()).toContain(question);
    expect(await page.title()).toBe('Meaning Radar');
  });

  it('adds lines, and shows duplicates and what was refused with its reason', async () => {
    const page = await open(web.url);
    await page.getByText('7 lines').waitFor();
    const long = 'x'.repeat(2001);
    await page.fill('#new-lines', `The lift is out of order.\n\n${LINES[0]}\n${long}`);
    await page.click('#add-button');
    await page.locator('.outcome.bad').waitFor();
    expect(await page.locator('.outcome.good li').allTextContents()).toEqual(['The lift is out of order.']);
    expect(await page.locator('.outcome.same li').allTextContents()).toEqual([LINES[0]]);
    expect(await page.locator('.outcome.bad .why').textContent()).toContain('2001 characters');
    expect(await page.inputValue('#new-lines')).toBe(long);
    await page.getByText('8 lines').waitFor();
    await ask(page, 'Does the lift work?');
    expect(await page.locator('.match .line').first().textContent()).toBe('The lift is out of order.');
  });

  it('shows what is behind a line', async () => {
    const page = await open(web.url);
    await ask(page, 'VPN');
    await page.locator('.match button').first().click();
    await page.locator('.chart').first().waitFor();
    const numbers = await page.locator('.numbers').textContent();
    expect(numbers).toContain('builtin');
    expect(numbers).toContain(String(base.embedder.dimensions));
    expect(await page.locator('.chart').nth(0).locator('rect').count()).toBe(50);
    expect(await page.locator('.chart').nth(1).locator('rect').count()).toBeGreaterThanOrEqual(10);
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('inspect-heading');
  });

  it('says what is missing from an empty question, and nothing is sent', async () => {
    const page = await open(web.url);
    await page.fill('#question', '   ');
    await page.press('#question', 'Enter');
    expect(await page.locator('#ask-problem').textContent()).toBe('Write a question first.');
    expect(await page.locator('.match').count()).toBe(0);
  });

  it('lets the last of two questions win', async () => {
    const page = await open(web.url);
    let delayed = 0;
    await page.route('**/search', async (route) => {
      if (route.request().postData()?.includes('slow')) {
        delayed++;
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
      await route.continue().catch(() => {});
    });
    await page.fill('#question', 'slow question');
    await page.press('#question', 'Enter');
    await expect.poll(() => delayed).toBe(1);
    await ask(page, 'VPN');
    await page.waitForTimeout(600);
    expect(await page.locator('.asked').textContent()).toContain('VPN');
  });

  it('explains the first step where there are no lines, and goes on from there', async () => {
    const server = await startWeb(empty);
    const page = await open(server.url);
    await page.getByText('There is nothing here yet').first().waitFor();
    await page.click('.empty button');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('new-lines');
    await page.keyboard.type('The office opens at eight.');
    await page.click('#add-button');
    await page.getByText('1 line ·').waitFor();
    expect(await page.locator('.empty').count()).toBe(0);
    await server.server.close();
  });

  it('follows the language of the browser, can be switched, and remembers', async () => {
    const page = await open(web.url, { locale: 'zh-CN' });
    await page.getByRole('button', { name: '提问' }).waitFor();
    await ask(page, 'VPN');
    expect(await page.locator('.match button').first().textContent()).toBe('查看细节');
    await page.click('#language');
    expect(await page.locator('.match button').first().textContent()).toBe('What is behind it');
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    await page.reload();
    await page.getByRole('button', { name: 'Ask', exact: true }).waitFor();
  });

  it('asks for the key, refuses a wrong one, and keeps the right one for this tab', async () => {
    const server = await startWeb(base, { config: { KB_API_KEY: KEY } });
    const page = await open(server.url);
    await page.locator('#key-dialog[open]').waitFor();
    await page.fill('#key', 'wrong-wrong');
    await page.press('#key', 'Enter');
    await page.getByText('That key is not right.').waitFor();
    await page.fill('#key', KEY);
    await page.press('#key', 'Enter');
    await page.getByText('lines ·').waitFor();
    await ask(page, 'VPN');
    await page.reload();
    await page.getByText('lines ·').waitFor();
    expect(await page.locator('#key-dialog[open]').count()).toBe(0);
    expect(await page.evaluate<unknown>("localStorage.getItem('api-key')")).toBeNull();
    await server.server.close();
  });

  it('needs no sideways scrolling on any screen', async () => {
    const page = await open(web.url, { colorScheme: 'dark' });
    await ask(page, `VPN ${'longword'.repeat(20)}`);
    await page.fill('#inspect-text', 'VPN');
    await page.press('#inspect-text', 'Enter');
    await page.locator('.chart').first().waitFor();
    for (const width of [320, 390, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const content = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(content).toBeLessThanOrEqual(width);
    }
  });

  it('can be used with the keyboard alone, beginning at the question', async () => {
    const page = await open(web.url);
    await page.getByText('lines ·').waitFor();
    const focused = () =>
      page.evaluate<string>('document.activeElement.id || document.activeElement.className');
    const order = [await focused()];
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    expect(order).toEqual([
      'question',
      'ask-button',
      'new-lines',
      'add-button',
      'inspect-text',
      'inspect-button',
    ]);
    await page.focus('#language');
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('skip');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('question');
  });
});
