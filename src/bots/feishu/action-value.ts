import { z } from 'zod';

const language = z.enum(['zh', 'en']);
const id = z.string().min(1).max(64);
const text = z.string().min(1).max(4000);

/** What a button of our cards carries and the platform hands back. */
export const actionValue = z.discriminatedUnion('a', [
  z.strictObject({ a: z.literal('feedback'), l: language, q: id, f: z.enum(['helped', 'not-helped']) }),
  /** Opens the form that answers question `g`. */
  z.strictObject({ a: z.literal('form'), l: language, g: id, t: text }),
  /** The form's lines; `g` is the question they answer. */
  z.strictObject({ a: z.literal('submit'), l: language, g: id.optional() }),
  /** The three answers to the near-duplicate question. */
  z.strictObject({ a: z.literal('add'), l: language, t: text }),
  z.strictObject({ a: z.literal('keep'), l: language }),
  z.strictObject({ a: z.literal('replace'), l: language, t: text, i: id }),
  z.strictObject({ a: z.literal('page'), l: language, p: z.number().int().min(1) }),
  /** Sends the whole of a line that was cut. */
  z.strictObject({ a: z.literal('whole'), l: language, i: id }),
]);

export type ActionValue = z.infer<typeof actionValue>;

/** The name of the form's only input. */
export const FORM_INPUT = 'lines';
