import { z } from 'zod';

const text = z.string().trim().min(1);
const flagged = (allowed: string) => ({ error: allowed });

/** A whole number of the environment between two bounds. */
const integer = (min: number, max: number) => {
  const allowed = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, flagged(allowed))
    .transform(Number)
    .pipe(
      z.number(flagged(allowed)).int(flagged(allowed)).min(min, flagged(allowed)).max(max, flagged(allowed)),
    );
};

const cosine = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/, flagged('a number from -1 to 1'))
  .transform(Number)
  .pipe(z.number().min(-1, flagged('a number from -1 to 1')).max(1, flagged('a number from -1 to 1')));

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'an http:// or https:// address' })
  .transform((url) => url.replace(/\/+$/, ''));

const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, flagged(`one of ${values.join(', ')}`));

/**
 * Every setting, by its name in the environment. `secret` values never appear in a message or a log.
 * The sentence of each failing check says what is allowed.
 */
export const settings = {
  KB_DATA: { schema: text.default('./data') },
  KB_KNOWLEDGE: { schema: text.default('./knowledge') },
  KB_MODEL: { schema: text.default('builtin') },
  KB_MODEL_HOME: { schema: text.default('./models') },
  KB_DEVICE: { schema: choice(['auto', 'cpu', 'cuda', 'webgpu']).default('auto') },
  KB_PRECISION: { schema: choice(['auto', 'fp32', 'fp16', 'bf16', 'int8']).default('auto') },
  KB_DIMENSIONS: { schema: integer(32, 65_536).optional() },
  KB_ENGINE_URL: { schema: httpUrl.optional() },
  KB_ENGINE_KEY: { schema: text.optional(), secret: true },
  KB_RERANKER: { schema: text.optional() },
  KB_QUERY_TASK: { schema: text.optional() },
  KB_TOP_K: { schema: integer(1, 50).default(5) },
  KB_LOW_CONFIDENCE: { schema: cosine.default(0.4) },
  KB_EDITORS: { schema: list.default(['*']) },
  KB_HOST: { schema: text.default('127.0.0.1') },
  KB_PORT: { schema: integer(0, 65_535).default(3000) },
  KB_API_KEY: { schema: text.min(8, flagged('at least 8 characters')).optional(), secret: true },
  KB_LOG: { schema: choice(['silent', 'error', 'warn', 'info', 'debug']).default('info') },
  HF_ENDPOINT: { schema: httpUrl.default('https://huggingface.co') },
  HF_TOKEN: { schema: text.optional(), secret: true },
  HF_HOME: { schema: text.optional() },
  HF_HUB_CACHE: { schema: text.optional() },
  MODELSCOPE_ENDPOINT: { schema: httpUrl.default('https://modelscope.cn') },
  MODELSCOPE_API_TOKEN: { schema: text.optional(), secret: true },
  SLACK_BOT_TOKEN: {
    schema: text.startsWith('xoxb-', flagged('a bot token, xoxb-…')).optional(),
    secret: true,
  },
  SLACK_APP_TOKEN: {
    schema: text.startsWith('xapp-', flagged('an app-level token, xapp-…')).optional(),
    secret: true,
  },
  SLACK_SIGNING_SECRET: { schema: text.optional(), secret: true },
  SLACK_API_URL: { schema: httpUrl.optional() },
  FEISHU_APP_ID: { schema: text.startsWith('cli_', flagged('an app id, cli_…')).optional() },
  FEISHU_APP_SECRET: { schema: text.optional(), secret: true },
  FEISHU_DOMAIN: {
    schema: z
      .union(
        [z.enum(['feishu', 'lark']), httpUrl],
        flagged('feishu, lark, or an http:// or https:// address'),
      )
      .default('feishu'),
  },
  FEISHU_TRANSPORT: { schema: choice(['websocket', 'webhook']).default('websocket') },
  FEISHU_ENCRYPT_KEY: { schema: text.optional(), secret: true },
  FEISHU_VERIFICATION_TOKEN: { schema: text.optional(), secret: true },
} as const satisfies Record<string, { schema: z.ZodType; secret?: boolean }>;

export type SettingName = keyof typeof settings;

/** The parsed settings. */
export type Config = { readonly [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> };
