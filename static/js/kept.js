// Lists what is kept on this device, and since when.
const article = document.querySelector("[data-kept]");
const list = article.querySelector("ul");

const words = (moment, language, options) =>
  new Intl.DateTimeFormat(language, { timeZone: article.dataset.zoneName, ...options }).format(moment);

const asOf = (response) => {
  const moment = new Date(response.headers.get("Date") ?? Date.now());
  const hour = words(moment, "en-GB", { hour: "2-digit", minute: "2-digit" }).replace(":", ".");
  const { lang } = document.documentElement;
  const language = lang === "en" ? "en-GB" : `${lang}-u-nu-latn`;
  const date = words(moment, language, { day: "numeric", month: "long", year: "numeric" });
  return list.dataset.asOf.replace("{hour}", hour).replace("{date}", date);
};

const line = (path, title, when) => {
  const [entry, link, note] = ["li", "a", "span"].map((name) => document.createElement(name));
  [link.href, link.textContent] = [path, title];
  [note.className, note.textContent] = ["note", ` ${when}`];
  entry.append(link, note);
  return entry;
};

const show = async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith(article.dataset.kept));
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      const { pathname } = new URL(request.url);
      if (pathname === new URL("./", location).pathname || pathname.endsWith("/offline/")) continue;
      if (!response.headers.get("Content-Type")?.startsWith("text/html")) continue;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      list.append(line(pathname, page.title.split(" – ")[0], asOf(response)));
    }
  }
  list.parentElement.hidden = !list.children.length;
};

if ("missed" in article.dataset) {
  for (const part of article.querySelectorAll("[data-unreached], [data-wait]")) part.hidden = false;
}
if ("caches" in window) show();
