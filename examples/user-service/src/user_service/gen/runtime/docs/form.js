// The form of one operation: inputs from parameters, a body from the generated example, send, answer.

const credentials = {};
const KEY_HEADER = "idempotency-key";
const SHOWN = 2_000_000;

function inputFor(p, id) {
  const s = withoutNull(deref(withoutNull(p.schema || {})));
  const item = s.type === "array" ? withoutNull(deref(withoutNull(s.items || {}))) : s;
  const start = p.required ? example(p.schema, false) : undefined;
  const describe = p.description ? `${id}-doc` : undefined;
  if (s.type === "array") {
    const list = Array.isArray(start) ? start.join("\n") : "";
    return h("textarea", { id, rows: 2, placeholder: "one value a line", value: list, spellcheck: "false", "aria-describedby": describe });
  }
  if (item.enum || item.type === "boolean") {
    const options = (item.enum || [true, false]).map((v) => h("option", { value: String(v), selected: String(v) === String(start) }, String(v)));
    return h("select", { id, "aria-describedby": describe }, p.required ? null : h("option", { value: "" }, "—"), options);
  }
  const text = start === undefined ? "" : String(start);
  return h("input", { id, value: text, placeholder: s.default === undefined ? typeLabel(p.schema) : String(s.default), autocomplete: "off", spellcheck: "false", required: p.required, "aria-describedby": describe });
}

function parameterRow(p, i) {
  const id = `p${i}`;
  const input = inputFor(p, id);
  const keyed = p.in === "header" && p.name.toLowerCase() === KEY_HEADER;
  const fresh = keyed ? h("input", { type: "checkbox", id: "fresh", checked: true }) : null;
  const extra = keyed ? h("div", { class: "keyline" }, h("button", { type: "button", class: "small", onclick: () => (input.value = uuid()) }, "New key"), h("label", { for: "fresh" }, fresh, " a new key for every request")) : null;
  if (keyed) input.value = uuid();
  const label = h("label", { for: id }, h("code", { class: "key" }, p.name), " ", h("span", { class: "muted" }, p.in), " ", typeTag(p.schema), " ", marks(keyed ? {} : p.schema || {}, p.required), p.deprecated ? h("span", { class: "mark warn" }, "deprecated") : null);
  const doc = p.description ? h("p", { class: "doc", id: `${id}-doc` }, p.description) : null;
  const read = () => (input.tagName === "TEXTAREA" ? input.value.split("\n").filter((line) => line !== "") : input.value);
  return { key: `${p.in}:${p.name}`, read, row: h("div", { class: "parameter" }, label, doc, input, extra), renew: () => fresh && fresh.checked && (input.value = uuid()) };
}

function bodyEditor(op) {
  const media = bodyOf(op);
  if (!media) return { read: () => undefined, section: null };
  const patch = media.type.includes("merge-patch");
  const json = (value) => visibleJson(JSON.stringify(value, null, 2));
  const text = (full) => json(example(media.media.schema, full) ?? {});
  const given = media.media.example ?? Object.values(media.media.examples || {}).map((e) => deref(e).value)[0];
  const area = h("textarea", { id: "body", class: "code", rows: 12, spellcheck: "false", "aria-describedby": "body-state" });
  const state = h("p", { id: "body-state", class: "state", "aria-live": "polite" });
  const check = () => {
    const bad = area.value.trim() !== "" && !isJson(area.value);
    state.textContent = bad ? "This is not valid JSON; it is sent all the same." : "";
    area.rows = Math.min(30, Math.max(4, area.value.split("\n").length + 1));
  };
  const put = (value) => {
    area.value = value;
    check();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  area.addEventListener("input", check);
  area.value = given === undefined ? text(patch) : json(given);
  check();
  const button = (label, value) => h("button", { type: "button", class: "small", onclick: () => put(value()) }, label);
  const bar = h("div", { class: "bar" }, h("label", { for: "body" }, "Body ", h("code", { class: "muted" }, media.type), " ", typeTag(media.media.schema)), h("span", { class: "grow" }), button("Required fields", () => text(false)), button("All fields", () => text(true)));
  const tree = schemaTree(media.media.schema);
  return { read: () => area.value, section: h("div", { class: "body" }, bar, area, state, tree ? h("details", {}, h("summary", {}, "Fields of the body"), tree) : null) };
}

function operationView(op) {
  const rows = op.parameters.map(parameterRow);
  const body = bodyEditor(op);
  const answer = h("div", { id: "answer", "aria-live": "polite" }, h("p", { class: "muted" }, "Nothing sent yet."));
  const curl = h("pre", { class: "curl", tabindex: "0", "aria-label": "The same request with curl" });
  const request = () => buildRequest(op, Object.fromEntries(rows.map((r) => [r.key, r.read()])), body.read(), credentials);
  const refresh = () => (curl.textContent = visible(curlLine(request())));
  const send = h("button", { id: "send", class: "primary", type: "submit" }, streams(op) ? "Open stream" : "Send");
  const stop = h("button", { id: "stop", type: "button", hidden: true }, "Stop");
  const form = h("form", { novalidate: true, oninput: refresh, onclick: () => queueMicrotask(refresh) }, rows.length ? [h("h2", {}, "Parameters"), rows.map((r) => r.row)] : null, body.section, h("div", { class: "bar send" }, send, stop, h("span", { class: "muted" }, "Ctrl + Enter")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    refresh();
    await exchange(request(), answer, send, stop);
    rows.forEach((r) => r.renew());
    refresh();
  });
  refresh();
  return [
    h("h1", { class: op.deprecated ? "old" : "" }, op.id, op.deprecated ? h("span", { class: "mark warn" }, "deprecated") : null),
    h("p", { class: "route" }, methodBadge(op.method), " ", h("code", {}, op.path)),
    paragraphs(op.description || op.summary, "lead"),
    facts(op),
    h("div", { class: "work" }, h("div", {}, form, responsesView(op)), h("div", { class: "result" }, h("section", { "aria-label": "Response" }, h("h2", {}, "Response"), answer), h("section", { "aria-label": "curl" }, h("div", { class: "bar" }, h("h2", {}, "curl"), h("span", { class: "grow" }), copyButton(() => curlLine(request()))), curl))),
  ];
}
