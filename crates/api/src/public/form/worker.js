// Keeps the page of a form, so that it opens without a network. The network is asked first: a form that was changed is seen as
// soon as there is one. Answers go past here: the page itself keeps them.
'use strict';
const CACHE = 'perennial-forms-1';
/** So long the network may take before what is kept is shown. */
const NETWORK_MS = 4000;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

const isPage = (url) => url.origin === self.location.origin && url.pathname.startsWith('/f/') && url.pathname !== '/f/worker.js';

async function fetchAndKeep(url) {
  const response = await fetch(url, { credentials: 'same-origin', redirect: 'error' });
  const cache = await caches.open(CACHE);
  if (response.ok) await cache.put(url, response.clone());
  // A form that is gone is gone here, too.
  else if (response.status === 404) await cache.delete(url);
  return response;
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || !isPage(url)) return;
  event.respondWith(answer(url.origin + url.pathname));
});

async function answer(url) {
  const kept = await caches.open(CACHE).then((cache) => cache.match(url));
  const network = fetchAndKeep(url);
  if (!kept) return network;
  const late = new Promise((resolve) => setTimeout(resolve, NETWORK_MS, kept));
  return Promise.race([network.then((response) => (response.status >= 500 ? kept : response), () => kept), late]);
}

// The page was opened before this was here.
self.addEventListener('message', (event) => {
  const urls = Array.isArray(event.data) ? event.data.map((path) => new URL(path, self.location.origin)) : [];
  event.waitUntil(Promise.all(urls.filter(isPage).map((url) => fetchAndKeep(url.href).catch(() => undefined))));
});
