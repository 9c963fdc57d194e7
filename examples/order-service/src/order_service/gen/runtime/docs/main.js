// Starts the page: loads the description, follows the address, listens to the keyboard.

const $ = (id) => document.getElementById(id);
let ops = [];
let current = "";

function route() {
  const [, first, second] = location.hash.split("/").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  const op = ops.find((o) => o.id === first);
  current = op ? op.id : "";
  if (running) running.abort();
  const view = first === "schemas" && second ? schemaView(second) : op ? operationView(op) : overview(ops);
  $("main").replaceChildren();
  append($("main"), view);
  window.scrollTo(0, 0);
  document.title = `${op ? op.id + " – " : ""}${(api.info || {}).title || "API"}`;
  $("side").classList.remove("open");
  $("menu").setAttribute("aria-expanded", "false");
  refreshList();
}

function refreshList() {
  const list = $("list");
  const types = list.querySelector("details");
  const open = Boolean(types && types.open);
  const at = list.scrollTop;
  list.replaceChildren(...listView(ops, $("filter").value, current));
  if (open && list.querySelector("details")) list.querySelector("details").open = true;
  list.scrollTop = at;
  const here = list.querySelector("[aria-current]");
  if (here) here.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const links = [...$("list").querySelectorAll("ul a:not(.schema)")];
  const at = links.findIndex((a) => a.hasAttribute("aria-current"));
  const next = links[Math.min(links.length - 1, Math.max(0, at + by))];
  if (next) location.hash = next.getAttribute("href");
}

function onKey(event) {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const form = document.querySelector("main form");
    if (form && !$("send").disabled) form.requestSubmit();
  } else if (event.key === "Escape" && running) running.abort();
  else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else if (event.key === "/") {
    event.preventDefault();
    $("filter").focus();
  }
}

// What the reader chose stays in this browser; without storage the choice lasts as long as the page.
function stored(name, value) {
  try {
    if (value !== undefined) localStorage.setItem(name, value);
    return localStorage.getItem(name);
  } catch {
    return value || null;
  }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  $("theme").textContent = `Theme: ${theme}`;
  stored("docs-theme", theme);
}

function nextTheme() {
  const order = ["auto", "light", "dark"];
  setTheme(order[(order.indexOf(document.documentElement.dataset.theme) + 1) % 3]);
}

function askCredentials() {
  const schemes = Object.entries((api.components && api.components.securitySchemes) || {}).filter(([, s]) => s.type === "http" || s.type === "apiKey");
  const rows = schemes.map(([id, s]) => {
    const input = h("input", { id: `c-${id}`, type: "password", autocomplete: "off", value: credentials[id] || "" });
    input.addEventListener("input", () => (credentials[id] = input.value.trim()));
    return h("div", { class: "parameter" }, h("label", { for: `c-${id}` }, h("code", { class: "key" }, id), " ", h("span", { class: "muted" }, s.type === "http" ? "bearer token" : `header ${s.name}`)), input);
  });
  const dialog = h("dialog", { "aria-labelledby": "c-title" }, h("h2", { id: "c-title" }, "Credentials"), h("p", { class: "muted" }, "Kept in this page only, until it is closed."), h("form", { method: "dialog" }, rows, h("div", { class: "bar" }, h("button", { class: "primary" }, "Done"))));
  dialog.addEventListener("close", () => {
    dialog.remove();
    const form = document.querySelector("main form");
    if (form) form.dispatchEvent(new Event("input"));
  });
  document.body.append(dialog);
  dialog.showModal();
}

async function start() {
  setTheme(["auto", "light", "dark"].includes(stored("docs-theme")) ? stored("docs-theme") : "auto");
  $("theme").addEventListener("click", nextTheme);
  $("auth").addEventListener("click", askCredentials);
  $("filter").addEventListener("input", refreshList);
  $("menu").addEventListener("click", () => $("menu").setAttribute("aria-expanded", String($("side").classList.toggle("open"))));
  document.addEventListener("keydown", onKey);
  try {
    const response = await fetch("./openapi.json", { cache: "no-cache" });
    if (!response.ok) throw new Error(`status ${response.status}`);
    api = await response.json();
  } catch (error) {
    $("main").replaceChildren(h("p", { class: "state bad" }, `openapi.json could not be read: ${error.message}`));
    return;
  }
  ops = operations();
  $("title").textContent = visible((api.info || {}).title || "API");
  $("version").textContent = visible((api.info || {}).version || "");
  $("auth").hidden = !(api.components && api.components.securitySchemes);
  window.addEventListener("hashchange", () => {
    route();
    $("main").focus({ preventScroll: true });
  });
  route();
}

start();
