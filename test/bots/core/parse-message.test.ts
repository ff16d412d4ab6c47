import { describe, expect, it } from 'vitest';
import { parseCommand, parseMessage } from '../../../src/bots/core/parse-message.ts';

const ask = (question: string) => ({ kind: 'ask', question });

describe('parseMessage', () => {
  it.each([
    ['how do I reset my password?', ask('how do I reset my password?')],
    ['  打印机在哪里？ ', ask('打印机在哪里？')],
    ['kb is down, whom do I call?', ask('kb is down, whom do I call?')],
    ['kbps is what?', ask('kbps is what?')],
    ['KB是什么', ask('KB是什么')],
    ['/kbx add a', ask('/kbx add a')],
    ['can you help me?', ask('can you help me?')],
    ['/kb ask where is the printer', ask('where is the printer')],
    ['kb：问：打印机在哪', ask('打印机在哪')],
    ['kb 搜索打印机', ask('打印机')],
  ])('reads %j as a question', (text, command) => expect(parseMessage(text)).toEqual(command));

  it.each([
    ['/kb add The printer is in room 3', ['The printer is in room 3']],
    ['kb add The printer is in room 3', ['The printer is in room 3']],
    ['／ｋｂ　ａｄｄ　打印机在３楼', ['打印机在３楼']],
    ['kb：添加：打印机在三楼', ['打印机在三楼']],
    ['kb 添加打印机在三楼', ['打印机在三楼']],
    ['KB: ADD one\n\n two \r\nthree', ['one', 'two', 'three']],
    ['/kb add\nfirst\nsecond', ['first', 'second']],
    ['/kb添加 一行', ['一行']],
    ['/kb add', []],
    ['/kb add kb add x', ['kb add x']],
  ])('reads %j as lines to add', (text, lines) => expect(parseMessage(text)).toEqual({ kind: 'add', lines }));

  it.each([
    ['/kb', { kind: 'help' }],
    ['kb', { kind: 'help' }],
    ['kb：', { kind: 'help' }],
    ['/kb ?', { kind: 'help' }],
    ['/kb 帮助', { kind: 'help' }],
    ['help', { kind: 'help' }],
    ['帮助！', { kind: 'help' }],
    ['/kb list', { kind: 'list', page: 1 }],
    ['kb 列表 ２', { kind: 'list', page: 2 }],
    ['kb 列表 第3页', { kind: 'list', page: 3 }],
    ['/kb remove K3M9', { kind: 'remove', id: 'k3m9' }],
    ['kb 删除 `k3m9`', { kind: 'remove', id: 'k3m9' }],
    ['kb：撤销', { kind: 'undo' }],
    ['/kb inspect some text', { kind: 'inspect', text: 'some text' }],
    ['/kb gaps', { kind: 'gaps' }],
    ['kb 统计', { kind: 'stats' }],
  ])('reads %j as a command', (text, command) => expect(parseMessage(text)).toEqual(command));

  it.each([
    ['/kb frobnicate the printer', { kind: 'malformed', name: 'frobnicate', reason: 'unknown' }],
    ['kb frobnicate', { kind: 'malformed', name: 'frobnicate', reason: 'unknown' }],
    ['kb ad The printer is in room 3', { kind: 'malformed', name: 'ad', reason: 'unknown' }],
    ['kb lits 2', { kind: 'malformed', name: 'lits', reason: 'unknown' }],
    ['/kb remove', { kind: 'malformed', name: 'remove', reason: 'missing' }],
    ['/kb ask  ', { kind: 'malformed', name: 'ask', reason: 'missing' }],
    ['kb 检查', { kind: 'malformed', name: '检查', reason: 'missing' }],
    ['/kb list zero', { kind: 'malformed', name: 'list', reason: 'bad-page' }],
    ['/kb list 0', { kind: 'malformed', name: 'list', reason: 'bad-page' }],
    ['/kb list -1', { kind: 'malformed', name: 'list', reason: 'bad-page' }],
  ])('hints at what is wrong with %j', (text, command) => expect(parseMessage(text)).toEqual(command));

  it('reads what a slash command hands over', () => {
    expect(parseCommand('add a\nb')).toEqual({ kind: 'add', lines: ['a', 'b'] });
    expect(parseCommand('')).toEqual({ kind: 'help' });
    expect(parseCommand('怎么连 VPN')).toEqual({ kind: 'malformed', name: '怎么连', reason: 'unknown' });
  });

  it('keeps a long unknown word short in the hint', () => {
    const command = parseCommand('😀'.repeat(500));
    expect(command).toMatchObject({ kind: 'malformed', name: '😀'.repeat(40) });
  });
});
