/**
 * The register's service worker: keeps the pages a counter needs, and their files, so that they open without a
 * connection. It never keeps or answers a call of the API: money is asked for, not remembered.
 */
interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface WorkerScope {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(name: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(name: 'fetch', listener: (event: FetchEvent) => void): void;
  /** Put before this script by the page that serves it. */
  readonly shell: {
    readonly version: string;
    readonly files: readonly string[];
    readonly pages: readonly string[];
  };
}
const scope = globalThis as unknown as WorkerScope;
const { version, files, pages } = scope.shell;
const prefix = 'tolom-register-';
const cacheName = prefix + version;
// A network that does not answer is none: the cashier must not look at a white page.
const patienceMs = 4_000;

scope.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(cacheName).then(async (cache) => {
      await cache.addAll([...files]);
      await Promise.all(pages.map((page) => fetched(page, cache).catch(() => undefined)));
      await scope.skipWaiting();
    }),
  );
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys().then(async (names) => {
      const old = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
      await Promise.all(old.map((name) => caches.delete(name)));
      await scope.clients.claim();
    }),
  );
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (files.includes(pathname)) event.respondWith(fromCache(request));
  else if (request.mode === 'navigate' && pages.includes(pathname)) event.respondWith(fromNetwork(request));
});

const fromCache = async (request: Request): Promise<Response> =>
  (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);

/** The page as it is now, or as it was last when there is no connection. */
async function fromNetwork(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const { pathname } = new URL(request.url);
  const before = await cache.match(pathname);
  const now = fetched(request, cache);
  if (!before) return now;
  const patience = new Promise<Response>((resolve) => setTimeout(() => resolve(before), patienceMs));
  return Promise.race([now.catch(() => before), patience]);
}

/** Kept only when it is the page itself: not a way to the sign-in, not a failure. */
async function fetched(request: Request | string, cache: Cache): Promise<Response> {
  const response = await fetch(request);
  const { pathname } = new URL(typeof request === 'string' ? request : request.url, location.origin);
  if (response.ok && !response.redirected) await cache.put(pathname, response.clone());
  return response;
}
