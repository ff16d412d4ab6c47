import { z } from 'zod';

/** Limits of a card, JSON 2.0. */
const MAX_BYTES = 30 * 1024;
const MAX_ELEMENTS = 200;

const px = z.string().regex(/^(\d{1,2}px)( \d{1,2}px){0,3}$/);
const spacing = z.union([z.enum(['small', 'medium', 'large', 'extra_large']), px]);
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,19}$/);
const color = z.enum([
  'default',
  'blue',
  'wathet',
  'turquoise',
  'green',
  'yellow',
  'orange',
  'red',
  'carmine',
  'violet',
  'purple',
  'indigo',
  'grey',
]);
const size = z.enum([
  'heading-0',
  'heading-1',
  'heading-2',
  'heading-3',
  'heading-4',
  'heading',
  'normal',
  'notation',
]);
const align = z.enum(['left', 'center', 'right']);

const plainText = z.strictObject({ tag: z.literal('plain_text'), content: z.string() });
const styledText = z.strictObject({
  tag: z.enum(['plain_text', 'lark_md']),
  content: z.string().min(1),
  text_size: size.optional(),
  text_color: color.optional(),
  text_align: align.optional(),
  lines: z.number().int().min(1).optional(),
});
const common = { element_id: name.optional(), margin: px.optional() };

const callback = z.strictObject({
  type: z.literal('callback'),
  value: z.union([z.string(), z.record(z.string(), z.unknown())]),
});
const openUrl = z.strictObject({ type: z.literal('open_url'), default_url: z.url() });

const div = z.strictObject({
  tag: z.literal('div'),
  text: styledText,
  width: z.string().optional(),
  ...common,
});
const hr = z.strictObject({ tag: z.literal('hr'), ...common });
const markdown = z.strictObject({
  tag: z.literal('markdown'),
  content: z.string().min(1),
  text_size: size.optional(),
  text_align: align.optional(),
  ...common,
});
const button = z.strictObject({
  tag: z.literal('button'),
  text: plainText,
  type: z
    .enum([
      'default',
      'primary',
      'danger',
      'text',
      'primary_text',
      'danger_text',
      'primary_filled',
      'danger_filled',
      'laser',
    ])
    .optional(),
  size: z.enum(['tiny', 'small', 'medium', 'large']).optional(),
  width: z.string().optional(),
  disabled: z.boolean().optional(),
  name: name.optional(),
  form_action_type: z.enum(['submit', 'reset']).optional(),
  behaviors: z
    .array(z.union([callback, openUrl]))
    .min(1)
    .optional(),
  ...common,
});
const input = z.strictObject({
  tag: z.literal('input'),
  name,
  required: z.boolean().optional(),
  placeholder: plainText.optional(),
  default_value: z.string().max(1000).optional(),
  disabled: z.boolean().optional(),
  width: z.union([z.enum(['default', 'fill']), z.string().regex(/^\d{3}px$/)]).optional(),
  max_length: z.number().int().min(1).max(1000).optional(),
  input_type: z.enum(['text', 'multiline_text', 'password']).optional(),
  rows: z.number().int().min(1).optional(),
  auto_resize: z.boolean().optional(),
  max_rows: z.number().int().min(1).optional(),
  label: plainText.optional(),
  label_position: z.enum(['top', 'left']).optional(),
  ...common,
});

/** What may stand inside other elements; a form may not, and neither may unknown tags (`note`, `action`). */
const nested: z.ZodType = z.lazy(() =>
  z.discriminatedUnion('tag', [div, hr, markdown, button, input, columnSet, panel]),
);
const column = z.strictObject({
  tag: z.literal('column'),
  width: z.union([z.enum(['auto', 'weighted']), z.string().regex(/^\d{2,3}px$/)]).optional(),
  weight: z.number().int().min(1).max(5).optional(),
  vertical_align: z.enum(['top', 'center', 'bottom']).optional(),
  elements: z.array(nested),
  ...common,
});
const columnSet = z.strictObject({
  tag: z.literal('column_set'),
  flex_mode: z.enum(['none', 'stretch', 'flow', 'bisect', 'trisect']).optional(),
  horizontal_spacing: spacing.optional(),
  horizontal_align: align.optional(),
  background_style: z.string().optional(),
  columns: z.array(column).min(1),
  ...common,
});
const panel = z.strictObject({
  tag: z.literal('collapsible_panel'),
  expanded: z.boolean().optional(),
  header: z.strictObject({ title: styledText }),
  elements: z.array(nested).min(1),
  ...common,
});
const form = z.strictObject({ tag: z.literal('form'), name, elements: z.array(nested).min(1), ...common });
const root = z.discriminatedUnion('tag', [div, hr, markdown, button, columnSet, panel, form]);

/** The documented card JSON 2.0, as far as the components are known here. Unknown attributes and tags are errors. */
export const cardSchema = z.strictObject({
  schema: z.literal('2.0'),
  config: z
    .strictObject({
      update_multi: z.literal(true).optional(),
      streaming_mode: z.boolean().optional(),
      enable_forward: z.boolean().optional(),
      enable_forward_interaction: z.boolean().optional(),
      width_mode: z.enum(['default', 'compact', 'fill']).optional(),
      summary: z.strictObject({ content: z.string() }).optional(),
    })
    .optional(),
  header: z
    .strictObject({
      title: styledText,
      subtitle: styledText.optional(),
      template: color.optional(),
      padding: px.optional(),
    })
    .optional(),
  body: z.strictObject({
    direction: z.enum(['vertical', 'horizontal']).optional(),
    padding: px.optional(),
    vertical_spacing: spacing.optional(),
    elements: z.array(root).min(1),
  }),
});

/** What the platform would say against a card; undefined where it takes it. */
export function cardProblem(content: string): { code: number; msg: string } | undefined {
  if (Buffer.byteLength(content) > MAX_BYTES)
    return { code: 230025, msg: 'The length of the message content reaches its limit' };
  let card: unknown;
  try {
    card = JSON.parse(content);
  } catch {
    return { code: 230001, msg: 'content is not JSON' };
  }
  const parsed = cardSchema.safeParse(card);
  const invalid = (msg: string) => ({ code: 230099, msg: `Failed to create card content, ext=${msg}` });
  if (!parsed.success) return invalid(z.prettifyError(parsed.error));
  const tagged = walk(card);
  if (tagged.length > MAX_ELEMENTS) return invalid('ErrCode: 11310; card element number over limit');
  const names = tagged.flatMap((each) => (typeof each.name === 'string' ? [each.name] : []));
  if (new Set(names).size < names.length) return invalid('duplicate name');
  return undefined;
}

function walk(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(walk);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'tag' in value ? [value as Record<string, unknown>] : [];
  return [...own, ...Object.values(value).flatMap(walk)];
}
