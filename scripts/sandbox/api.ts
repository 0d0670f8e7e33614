/** The switch's API as scripts use it: JSON in, JSON out, an error that says what was refused. */
export interface Api {
  get(path: string): Promise<Json>;
  post(path: string, body: unknown, idempotencyKey?: string): Promise<Json>;
}

// biome-ignore lint/suspicious/noExplicitAny: scripts read answers freely; the API's schemas stand in the switch
export type Json = any;

export function apiOf(url: string, key: string): Api {
  const call = async (method: string, path: string, body?: unknown, idempotencyKey?: string) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body, idempotencyKey) => call('POST', path, body, idempotencyKey),
  };
}
