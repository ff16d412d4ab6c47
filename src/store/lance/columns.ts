import { z } from 'zod';
import { arrow } from './arrow.ts';
import { KEY_METADATA } from './lance-table.ts';

/** Arrow fields in this project's few types; times are milliseconds since 1970. */
export const key = (name: string) => new arrow.Field(name, new arrow.Utf8(), false, KEY_METADATA);
export const text = (name: string) => new arrow.Field(name, new arrow.Utf8(), false);
export const optionalText = (name: string) => new arrow.Field(name, new arrow.Utf8(), true);
export const time = (name: string) => new arrow.Field(name, new arrow.Float64(), false);
export const optionalNumber = (name: string) => new arrow.Field(name, new arrow.Float64(), true);
export const whole = (name: string) => new arrow.Field(name, new arrow.Int32(), false);
export const flag = (name: string) => new arrow.Field(name, new arrow.Bool(), false);
export const bytes = (name: string) => new arrow.Field(name, new arrow.Binary(), false);
export const vector = (name: string, dimensions: number) =>
  new arrow.Field(
    name,
    new arrow.FixedSizeList(dimensions, new arrow.Field('item', new arrow.Float32(), true)),
    false,
  );

/** What a time column must hold to become a `Date`. */
export const timeValue = z.number().min(-8.64e15).max(8.64e15);
