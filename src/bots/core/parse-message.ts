import type { Command } from './command.ts';
import { findVerb, looksLikeVerb, type Verb } from './verbs.ts';

/** `/kb`, `kb`, `／ＫＢ`: after it a blank, a colon or the end; after a slash also a Chinese word directly. */
const SLASHED = /^[/／]\s*[kKｋＫ][bBｂＢ](?=$|[\s:：]|\p{Script=Han})[\s:：]*/u;
const BARE = /^[kKｋＫ][bBｂＢ](?:$|(?=[\s:：])[\s:：]*)/u;
const COLON = /^[kKｋＫ][bBｂＢ]\s*[:：]/u;
/** A message that is nothing but this asks for the help. */
const PLEA = /^[/／]?(help|帮助|幫助|使用说明)[!！?？。.]*$/iu;

/**
 * What a message asks for. `text` is the message without the bot's mention.
 * `/kb VERB …`, `kb VERB …` and `kb：VERB …` are commands, with full-width characters and Chinese verbs too;
 * everything else is a question. A bare `kb` that begins a sentence ("kb is down") stays a question.
 */
export function parseMessage(text: string): Command {
  const message = text.trim();
  if (PLEA.test(message)) return { kind: 'help' };
  const prefix = SLASHED.exec(message)?.[0] ?? BARE.exec(message)?.[0];
  if (prefix === undefined) return { kind: 'ask', question: message };
  const command = parseCommand(message.slice(prefix.length));
  const sure = SLASHED.test(message) || COLON.test(message);
  if (command.kind !== 'malformed' || command.reason !== 'unknown' || sure) return command;
  const oneWord = !/\s/u.test(message.slice(prefix.length));
  return oneWord || looksLikeVerb(command.name) ? command : { kind: 'ask', question: message };
}

/** The part after `/kb`, as a platform's own slash command hands it over. */
export function parseCommand(text: string): Command {
  const rest = text.trim();
  if (rest === '') return { kind: 'help' };
  const found = findVerb(rest);
  if (!found) return { kind: 'malformed', name: firstWord(rest), reason: 'unknown' };
  return build(found.verb, found.written, found.argument);
}

function build(verb: Verb, written: string, argument: string): Command {
  switch (verb) {
    case 'ask':
      return argument === '' ? missing(written) : { kind: 'ask', question: argument };
    case 'add':
      return { kind: 'add', lines: toLines(argument) };
    case 'list':
      return list(argument, written);
    case 'remove': {
      const id = argument
        .normalize('NFKC')
        .toLowerCase()
        .replace(/[#`\s]/gu, '');
      return id === '' ? missing(written) : { kind: 'remove', id };
    }
    case 'inspect':
      return argument === '' ? missing(written) : { kind: 'inspect', text: argument };
    default:
      return { kind: verb };
  }
}

/** One FAQ line a line of text; blank ones are dropped. */
export function toLines(text: string): string[] {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/u)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function list(argument: string, written: string): Command {
  if (argument === '') return { kind: 'list', page: 1 };
  const digits = /^(?:第|page)?\s*(\d{1,6})\s*页?$/iu.exec(argument.normalize('NFKC'))?.[1];
  const page = Number(digits);
  return page >= 1 ? { kind: 'list', page } : { kind: 'malformed', name: written, reason: 'bad-page' };
}

const missing = (name: string): Command => ({ kind: 'malformed', name, reason: 'missing' });

const MAX_NAME = 40;

function firstWord(text: string): string {
  const word = /^[^\s:：]+/u.exec(text)?.[0] ?? text;
  return [...word].slice(0, MAX_NAME).join('');
}
