import { z } from 'zod';

/** A text column that must hold JSON of a shape. The value stays text, so that a row is written as it is read. */
export function jsonOf(shape: z.ZodType) {
  return z.string().refine((value) => {
    try {
      return shape.safeParse(JSON.parse(value)).success;
    } catch {
      return false;
    }
  });
}
