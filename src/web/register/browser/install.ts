/** Makes the page one that opens without a connection. */
navigator.serviceWorker?.register('/register/sw.js', { scope: '/register' }).catch(() => undefined);
