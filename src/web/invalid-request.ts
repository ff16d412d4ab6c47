import type { z } from '@hono/zod-openapi';
import { KbError } from '../errors.ts';
import type { Language } from '../language.ts';
import { fillMessage } from '../messages/fill-message.ts';
import { httpMessages } from '../messages/http.ts';

type MessageKey = keyof typeof httpMessages.en;

/** What a request's first wrong field is, as `invalid_request` in the asker's language. */
export function invalidRequest(issues: readonly z.core.$ZodIssue[], language: Language): KbError {
  const issue = issues[0];
  const text = httpMessages[language];
  return new KbError('invalid_request', { values: { detail: issue ? detail(issue, text) : text.notJson } });
}

function detail(issue: z.core.$ZodIssue, text: Record<MessageKey, string>): string {
  const field = fieldName(issue.path) || text.body;
  // A schema of ours names the message itself.
  if (isKey(issue.message)) return fillMessage(text[issue.message], { field });
  switch (issue.code) {
    case 'invalid_type':
      // zod says in its sentence, not in its data, that a value is missing rather than of a wrong type.
      return issue.message.endsWith('received undefined')
        ? fillMessage(text.missing, { field })
        : fillMessage(text.wrongType, { field, expected: typeName(issue.expected, text) });
    case 'unrecognized_keys':
      return fillMessage(text.unknownField, { field: fieldName([...issue.path, ...issue.keys.slice(0, 1)]) });
    case 'too_small':
      return fillMessage(issue.origin === 'array' ? text.tooFew : text.atLeast, {
        field,
        limit: String(issue.minimum),
      });
    case 'too_big':
      return fillMessage(issue.origin === 'array' ? text.tooMany : text.atMost, {
        field,
        limit: String(issue.maximum),
      });
    case 'invalid_value':
      return fillMessage(text.oneOf, { field, values: issue.values.map(String).join(', ') });
    default:
      return fillMessage(text.invalid, { field });
  }
}

const isKey = (text: string): text is MessageKey => Object.hasOwn(httpMessages.en, text);
const typeName = (expected: string, text: Record<MessageKey, string>) =>
  isKey(expected) ? text[expected] : expected;

const MAX_NAME = 60;

/** `lines.0`, cut short where a caller sent a very long name. */
function fieldName(path: readonly PropertyKey[]): string {
  const name = path.map(String).join('.');
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
}
