import { askForKey, storedKey } from './key.js';
import { currentLanguage, text } from './texts.js';

/** What the service answered instead of a result; its message is for the person who asked. */
export class ApiError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * Calls the service and gives its answer. Asks for the key where the service wants one.
 * Rejects with an ApiError, or an AbortError when `signal` stopped it.
 */
export async function call(method, path, body, signal) {
  for (;;) {
    const sent = storedKey();
    const response = await send(method, path, body, signal, sent);
    if (response.status !== 401) return read(response);
    await askForKey(sent);
  }
}

async function send(method, path, body, signal, key) {
  const headers = { 'Accept-Language': currentLanguage() === 'zh' ? 'zh-CN' : 'en' };
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(path, { method, headers, body: JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError('unreachable', text('unreachable'));
  }
}

async function read(response) {
  const answer = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer;
  throw new ApiError(answer?.error?.code ?? 'unreachable', answer?.error?.message ?? text('unreachable'));
}
