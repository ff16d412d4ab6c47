import protobuf from 'protobufjs';
import { z } from 'zod';

/** The long connection's frame, field by field as the SDK's generated code reads and writes it. */
const { root } = protobuf.parse(
  `syntax = "proto2";
  package pbbp2;
  message Header { required string key = 1; required string value = 2; }
  message Frame {
    required uint64 SeqID = 1;
    required uint64 LogID = 2;
    required int32 service = 3;
    required int32 method = 4;
    repeated Header headers = 5;
    optional string payload_encoding = 6;
    optional string payload_type = 7;
    optional bytes payload = 8;
    optional string LogIDNew = 9;
  }`,
  { keepCase: true },
);
const Frame = root.lookupType('pbbp2.Frame');

/** `method` of a frame. */
export const CONTROL = 0;
export const DATA = 1;

const decoded = z.object({
  method: z.number(),
  headers: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
  payload: z.instanceof(Uint8Array).optional(),
});

export interface WireFrame {
  readonly method: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

export function encodeFrame(frame: Omit<WireFrame, 'payload'> & { payload: string | Buffer }): Buffer {
  const { method, headers, payload } = frame;
  const message = {
    SeqID: 0,
    LogID: 0,
    service: 1,
    method,
    headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
  };
  const problem = Frame.verify(message);
  if (problem) throw new Error(problem);
  return Buffer.from(Frame.encode(Frame.fromObject(message)).finish());
}

export function decodeFrame(bytes: Buffer): WireFrame {
  const { method, headers, payload } = decoded.parse(
    Frame.toObject(Frame.decode(bytes), { longs: Number, arrays: true }),
  );
  return {
    method,
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
    payload: payload ? Buffer.from(payload).toString('utf8') : '',
  };
}
