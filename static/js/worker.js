// Keeps the agenda, and the meeting's pages that were read, for when there is no
// connection. What it may keep is named in `keeping`; all else passes by untouched.
const { keeping } = self;
const PATIENCE = 4000;
const MOST_PAGES = 80;
const HASHED = /\.[0-9a-f]{8,}\.\w+$/;

const beneath = (url) => url.pathname.startsWith(keeping.root) && url.pathname.slice(keeping.root.length);

// Whether a page is one of those that everybody sees alike.
const mayKeep = (url) => {
  const path = beneath(url);
  if (url.origin !== location.origin || path === false) return false;
  if ([...keeping.first, ...keeping.whenRead].includes(path)) return true;
  return keeping.beneath.some((folder) => path.startsWith(folder) && /^[^/]+\/$/.test(path.slice(folder.length)));
};

const isPage = (response) =>
  response.ok &&
  !response.redirected &&
  response.headers.get("Content-Type")?.startsWith("text/html") &&
  !/no-store|private/.test(response.headers.get("Cache-Control") ?? "");

const open = () => caches.open(keeping.cache);
const find = (url) => open().then((cache) => cache.match(url, { ignoreSearch: true, ignoreVary: true }));

const keep = async (url, response) => {
  const cache = await open();
  await cache.put(url, response);
  const pages = (await cache.keys()).filter((request) => !new URL(request.url).pathname.startsWith(keeping.static));
  const surplus = pages.filter((request) => !keeping.first.includes(beneath(new URL(request.url))));
  for (const request of surplus.slice(0, Math.max(0, pages.length - MOST_PAGES))) await cache.delete(request);
};

// A page with the styles, scripts and pictures that it names.
const fetchWhole = async (url) => {
  const response = await fetch(url, { cache: "no-cache" });
  if (!isPage(response)) return;
  const cache = await open();
  const names = (await response.clone().text()).matchAll(/(?:href|src)="([^"]+)"/g);
  const parts = [...names].map(([, name]) => name).filter((name) => name.startsWith(keeping.static));
  await keep(url, response);
  for (const part of new Set(parts)) {
    if (!(HASHED.test(part) && (await cache.match(part)))) await cache.add(part).catch(() => {});
  }
};

// What was read under an earlier version is read anew, as the release now has it.
const readBefore = async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith(keeping.prefix));
  const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return lists.flat().map((request) => new URL(request.url)).filter(mayKeep).map((url) => url.pathname);
};

self.addEventListener("install", (event) => {
  const first = keeping.first.map((path) => keeping.root + path);
  event.waitUntil(
    (async () => {
      for (const path of new Set([...first, ...(await readBefore())])) await fetchWhole(path).catch(() => {});
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith(keeping.prefix) && name !== keeping.cache) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

// The page that was open before there was a worker.
self.addEventListener("message", (event) => {
  const url = new URL(event.data.keep, location.origin);
  if (mayKeep(url)) event.waitUntil(fetchWhole(url.pathname).catch(() => {}));
});

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

// Since when a copy is kept, by the clock of the meeting.
const asOf = (response) => {
  const moment = new Date(response.headers.get("Date") ?? Date.now());
  const words = (language, options) => new Intl.DateTimeFormat(language, { timeZone: keeping.zone, ...options }).format(moment);
  const hour = words("en-GB", { hour: "2-digit", minute: "2-digit" }).replace(":", ".");
  const language = keeping.language === "en" ? "en-GB" : `${keeping.language}-u-nu-latn`;
  const date = words(language, { day: "numeric", month: "long", year: "numeric" });
  return keeping.asOf.replace("{hour}", hour).replace("{date}", date);
};

const withNote = async (response) => {
  const note = `<p class="notice offline-note" role="status">${escaped(asOf(response))}</p>`;
  const html = (await response.text()).replace(/<main[^>]*>/, (main) => main + note);
  return new Response(html, { headers: response.headers });
};

const kept = async (url) => {
  const copy = await find(url);
  if (copy) return withNote(copy);
  const page = await find(`${keeping.root}offline/`);
  if (!page) return new Response(keeping.notKept, { status: keeping.status, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  const html = (await page.text()).replace("<article class=\"text offline\"", "$& data-missed");
  return new Response(html, { status: keeping.status, headers: page.headers });
};

const answers = (response) => response.status < 502 || response.status > 504;

const patience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE));

// The network first; what is kept where that fails, or takes long.
const page = async (event, url) => {
  const asked = fetch(event.request).then((response) => {
    if (isPage(response) && mayKeep(url) && !url.search) event.waitUntil(keep(url.pathname, response.clone()));
    return response;
  });
  const quick = asked.then((response) => (answers(response) ? response : null), () => null);
  const first = await Promise.race([quick, patience().then(() => "slow")]);
  if (first && first !== "slow") return first;
  if (first === "slow" && !(mayKeep(url) && (await find(url)))) {
    // Nothing to show instead: it may take its time.
    const late = await quick;
    if (late) return late;
  }
  return kept(url);
};

// What has a hash in its name never changes; all else is asked for while it can be.
const part = async (event, url) => {
  const cache = await open();
  const copy = await cache.match(url.pathname);
  if (copy && HASHED.test(url.pathname)) return copy;
  try {
    const response = await fetch(event.request);
    if (response.ok) event.waitUntil(cache.put(url.pathname, response.clone()));
    return response;
  } catch (error) {
    if (copy) return copy;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith(keeping.static)) event.respondWith(part(event, url));
  else if (event.request.mode === "navigate" && (mayKeep(url) || isText(url))) event.respondWith(page(event, url));
});

// Pages that are never kept still deserve a page of state instead of the browser's own;
// files and private pages are none of our business.
function isText(url) {
  const path = beneath(url);
  return path !== false && /^(search\/|mine\/)$/.test(path);
}
