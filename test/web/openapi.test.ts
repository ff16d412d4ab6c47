import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reranker } from '../../src/engine/reranker.ts';
import { openOverlapReranker } from '../support/overlap-reranker.ts';
import { type Base, openBase, type RunningWeb, startWeb } from './support/start-web.ts';

interface Response {
  description: string;
  content: Record<string, { schema: object }>;
}

interface Operation {
  summary: string;
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, Response>;
}

interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

let base: Base;
let reranker: Reranker;
let web: RunningWeb;
let document: Document;
const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });

beforeAll(async () => {
  base = await openBase();
  reranker = openOverlapReranker();
  web = await startWeb(base, { reranker });
  document = JSON.parse((await web.send('GET', '/openapi.json')).text);
  ajv.addSchema({ $id: 'document', components: document.components });
});

afterAll(async () => {
  await web?.server.close();
  await reranker?.close();
  await base?.close();
});

const WORKING = ['200', '400', '401', '403', '413', '415', '429', '500', '502', '503'];
const RERANK = ['200', '400', '401', '403', '404', '413', '415', '429', '500', '502', '503'];
const GUARDED = ['200', '401', '403', '500'];

/** Compiles a schema of the document, with what it refers to. */
function compile(schema: object) {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
  return ajv.compile(JSON.parse(text));
}

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 and names its security scheme', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: 'meaning-radar', version: expect.any(String) });
    expect(document.components.securitySchemes).toMatchObject({
      apiKey: { type: 'http', scheme: 'bearer' },
    });
  });

  it('lists every route with all it can answer', () => {
    const listed = Object.fromEntries(
      operations().map(({ path, method, operation }) => [
        `${method} ${path}`,
        Object.keys(operation.responses),
      ]),
    );
    expect(listed).toEqual({
      'post /search': WORKING,
      'get /lines': ['200', '400', '401', '403', '500', '503'],
      'post /lines': WORKING,
      'delete /lines/{id}': ['200', '400', '401', '403', '404', '500', '503'],
      'post /inspect': WORKING,
      'post /v1/embeddings': WORKING,
      'post /v1/rerank': RERANK,
      'post /v2/rerank': RERANK,
      'post /rerank': RERANK,
      'get /v1/models': GUARDED,
      'get /healthz': ['200'],
      'get /readyz': ['200', '503'],
      'get /metrics': GUARDED,
      'get /openapi.json': GUARDED,
    });
  });

  it('is whole: every operation explains itself, every schema compiles, every reference leads somewhere', () => {
    for (const { path, operation } of operations()) {
      expect(operation.summary).toBeTruthy();
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = operation.parameters?.filter((parameter) => parameter.in === 'path') ?? [];
      expect(declared.map((parameter) => parameter.name)).toEqual(names);
      for (const parameter of declared) expect(parameter.required).toBe(true);
      for (const parameter of operation.parameters ?? []) compile(parameter.schema);
      for (const { schema } of Object.values(operation.requestBody?.content ?? {})) compile(schema);
      for (const response of Object.values(operation.responses)) {
        expect(response.description).toBeTruthy();
        for (const { schema } of Object.values(response.content)) compile(schema);
      }
      for (const requirement of operation.security ?? [])
        for (const name of Object.keys(requirement))
          expect(Object.keys(document.components.securitySchemes)).toContain(name);
    }
  });

  it('describes what the routes take and answer', async () => {
    const calls = [
      ['post', '/search', { query: 'VPN', topK: 2 }],
      ['post', '/search', { query: '' }],
      ['get', '/lines', undefined],
      ['post', '/lines', { lines: ['VPN', ''] }],
      ['post', '/inspect', { text: 'VPN' }],
      ['post', '/v1/embeddings', { input: ['a', 'b'], encoding_format: 'base64' }],
      ['post', '/v1/rerank', { query: 'VPN', documents: ['VPN', { text: 'Apples', id: 7 }], top_n: 1 }],
      ['post', '/v2/rerank', { query: 'VPN', documents: ['VPN'], model: 'm', max_tokens_per_doc: 512 }],
      ['post', '/rerank', { query: 'VPN', texts: ['VPN', 'Apples'], raw_scores: true, return_text: true }],
      ['post', '/rerank', { query: ' ', texts: ['VPN'] }],
      ['get', '/v1/models', undefined],
      ['get', '/healthz', undefined],
      ['get', '/readyz', undefined],
    ] as const;
    for (const [method, path, body] of calls) {
      const operation = document.paths[path]?.[method];
      const request = operation?.requestBody?.content['application/json']?.schema;
      if (request) expect([path, compile(request)(body)]).toEqual([path, true]);
      const reply = await web.send(method.toUpperCase(), path, body);
      const answer = operation?.responses[reply.status]?.content['application/json']?.schema;
      const validate = compile(answer ?? { not: {} });
      expect([path, validate(reply.body), validate.errors]).toEqual([path, true, null]);
    }
  });

  it('refuses what the routes refuse', () => {
    const schemaOf = (path: string) =>
      compile(document.paths[path]?.post?.requestBody?.content['application/json']?.schema ?? {});
    expect(schemaOf('/search')({ query: 'a', topk: 1 })).toBe(false);
    expect(schemaOf('/search')({})).toBe(false);
    expect(schemaOf('/lines')({ lines: [] })).toBe(false);
    expect(schemaOf('/v1/embeddings')({ input: [1, 2] })).toBe(false);
    expect(schemaOf('/v1/embeddings')({ input: 'a', dimensions: 1_000_000 })).toBe(false);
    for (const lists of [{}, { documents: ['a'], texts: ['a'] }, { documents: [] }, { documents: [1] }])
      expect([lists, schemaOf('/v1/rerank')({ query: 'a', ...lists })]).toEqual([lists, false]);
  });
});
