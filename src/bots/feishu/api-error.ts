import { z } from 'zod';

/** What the platform said about a call that it did not carry out. */
export class FeishuApiError extends Error {
  /** The platform's code; 0 where it gave none (network, gateway). */
  readonly code: number;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** Milliseconds after which the platform takes calls again, from `x-ogw-ratelimit-reset`. */
  readonly retryAfterMs: number | undefined;

  constructor(code: number, status: number, detail: string, retryAfterMs?: number) {
    super(`code ${code}, HTTP ${status}: ${detail}`);
    this.name = 'FeishuApiError';
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Too many calls: wait and repeat. */
  get limited(): boolean {
    return this.status === 429 || [99991400, 230020, 11232].includes(this.code);
  }

  /** The tenant token is missing, wrong or expired: get a new one and repeat. */
  get tokenInvalid(): boolean {
    return [99991661, 99991663, 99991664, 99991665, 99991668].includes(this.code);
  }

  /** No answer, or a gateway's: the same call may succeed in a moment. */
  get unreachable(): boolean {
    return this.status === 0 || (this.status >= 500 && this.code === 0);
  }

  /** The message is gone or the bot is not in the chat: no message can be delivered there. */
  get targetGone(): boolean {
    return [230002, 230011, 230050, 230110].includes(this.code);
  }
}

const answer = z.object({ code: z.number().default(0), msg: z.string().default('') });
const failure = z.object({
  message: z.string().default('no answer'),
  response: z.object({ status: z.number(), data: z.unknown(), headers: z.unknown() }).optional(),
});

/** Any error of a call as a {@link FeishuApiError}; headers and bodies of requests stay out of it. */
export function toApiError(thrown: unknown): FeishuApiError {
  if (thrown instanceof FeishuApiError) return thrown;
  const { message, response } = failure.parse(
    typeof thrown === 'object' && thrown !== null ? pick(thrown) : {},
  );
  const token = /code: (\d+), msg: (.*)/.exec(message);
  if (!response && token) return new FeishuApiError(Number(token[1]), 200, token[2] ?? '');
  if (!response) return new FeishuApiError(0, 0, message);
  const said = answer.safeParse(response.data);
  const { code, msg } = said.success ? said.data : { code: 0, msg: message };
  return new FeishuApiError(code, response.status, msg, resetAfterMs(response.headers));
}

const pick = (thrown: object) => ({
  message: 'message' in thrown && typeof thrown.message === 'string' ? thrown.message : undefined,
  response:
    'response' in thrown && typeof thrown.response === 'object' ? (thrown.response ?? undefined) : undefined,
});

/** Seconds until the limit is lifted, as the gateway's header says. */
export function resetAfterMs(headers: unknown): number | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-ogw-ratelimit-reset');
  const seconds = Number(found?.[1]);
  return found && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
