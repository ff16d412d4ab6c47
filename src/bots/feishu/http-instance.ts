import { defaultHttpInstance, type HttpInstance } from '@larksuiteoapi/node-sdk';

/** Milliseconds that a call to the platform may take. */
export const CALL_TIMEOUT_MS = 15_000;

/** The SDK's HTTP client with a time limit, which it lacks: without one a call to a silent host waits forever. */
export function createHttpInstance(timeout = CALL_TIMEOUT_MS): HttpInstance {
  const http = defaultHttpInstance as unknown as HttpInstance;
  return {
    request: (options) => http.request({ timeout, ...options }),
    get: (url, options) => http.get(url, { timeout, ...options }),
    delete: (url, options) => http.delete(url, { timeout, ...options }),
    head: (url, options) => http.head(url, { timeout, ...options }),
    options: (url, options) => http.options(url, { timeout, ...options }),
    post: (url, data, options) => http.post(url, data, { timeout, ...options }),
    put: (url, data, options) => http.put(url, data, { timeout, ...options }),
    patch: (url, data, options) => http.patch(url, data, { timeout, ...options }),
  };
}
