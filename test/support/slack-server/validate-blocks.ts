import { z } from 'zod';

/** Slack's documented Block Kit limits, written down from its reference and independent of the bot's own. */
const plainText = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });
const anyText = (max: number) => z.union([plainText(max), mrkdwn(max)]);
const blockId = z.string().max(255).optional();
const actionId = z.string().min(1).max(255);

const button = z.strictObject({
  type: z.literal('button'),
  action_id: actionId,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.string().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});
const style = z
  .strictObject({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
  })
  .optional();
const richElement = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), style }),
  z.strictObject({ type: z.literal('user'), user_id: z.string(), style }),
  z.strictObject({ type: z.literal('broadcast'), range: z.enum(['here', 'channel', 'everyone']) }),
  z.strictObject({ type: z.literal('link'), url: z.string(), text: z.string().optional(), style }),
]);

const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('section'), block_id: blockId, text: anyText(3000) }),
  z.strictObject({ type: z.literal('header'), block_id: blockId, text: plainText(150) }),
  z.strictObject({ type: z.literal('divider'), block_id: blockId }),
  z.strictObject({
    type: z.literal('context'),
    block_id: blockId,
    elements: z.array(anyText(3000)).min(1).max(10),
  }),
  z.strictObject({ type: z.literal('actions'), block_id: blockId, elements: z.array(button).min(1).max(25) }),
  z.strictObject({
    type: z.literal('rich_text'),
    block_id: blockId,
    elements: z
      .array(
        z.discriminatedUnion('type', [
          z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(richElement).min(1) }),
          z.strictObject({
            type: z.literal('rich_text_preformatted'),
            elements: z.array(richElement).min(1),
          }),
        ]),
      )
      .min(1),
  }),
  z.strictObject({
    type: z.literal('input'),
    block_id: blockId,
    label: plainText(2000),
    element: z.strictObject({
      type: z.literal('plain_text_input'),
      action_id: actionId,
      multiline: z.boolean().optional(),
      max_length: z.number().int().min(1).max(3000).optional(),
      placeholder: plainText(150).optional(),
      initial_value: z.string().max(3000).optional(),
    }),
  }),
]);

const uniqueActions = (blocks: z.output<typeof block>[]) => {
  const ids = blocks.flatMap((b) => (b.type === 'actions' ? b.elements.map((e) => e.action_id) : []));
  return new Set(ids).size === ids.length;
};
const messageBlocks = z
  .array(block)
  .max(50)
  .refine(uniqueActions, 'action_id values must be unique in a message');
const viewBlocks = z.array(block).max(100);

const view = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('modal'),
    callback_id: z.string().max(255).optional(),
    private_metadata: z.string().max(3000).optional(),
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    blocks: viewBlocks,
  }),
  z.strictObject({
    type: z.literal('home'),
    private_metadata: z.string().max(3000).optional(),
    blocks: viewBlocks,
  }),
]);

/** What Slack would answer to these blocks; undefined where it takes them. */
export function messageProblem(
  text: unknown,
  blocks: unknown,
): { error: string; messages: string[] } | undefined {
  if (typeof text === 'string' && text.length > 40_000) return { error: 'msg_too_long', messages: [] };
  if (blocks === undefined) {
    return typeof text === 'string' && text !== '' ? undefined : { error: 'no_text', messages: [] };
  }
  const parsed = messageBlocks.safeParse(blocks);
  if (!parsed.success) return { error: 'invalid_blocks', messages: parsed.error.issues.map(explain) };
  if (JSON.stringify(blocks).length > 13_200) return { error: 'msg_blocks_too_long', messages: [] };
  return undefined;
}

/** What is wrong with a modal or a home tab; undefined where nothing is. */
export function viewProblem(value: unknown): string[] | undefined {
  const parsed = view.safeParse(value);
  return parsed.success ? undefined : parsed.error.issues.map(explain);
}

const explain = (issue: z.core.$ZodIssue) =>
  `[ERROR] ${issue.message} [json-pointer:/${issue.path.join('/')}]`;
