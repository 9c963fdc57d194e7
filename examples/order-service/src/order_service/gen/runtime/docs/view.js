// What is shown: the list of operations, one operation with its form and its answers, one schema.

function methodBadge(method) {
  return h("span", { class: `method ${method.toLowerCase()}` }, method);
}

function groups(ops) {
  const byTag = new Map();
  for (const op of ops) {
    const tag = (op.tags || [])[0] || "operations";
    if (!byTag.has(tag)) byTag.set(tag, []);
    byTag.get(tag).push(op);
  }
  return byTag;
}

function listView(ops, filter, current) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
  const shown = ops.filter((op) => fits(`${op.id} ${op.method} ${op.path} ${op.summary || ""} ${(op.tags || []).join(" ")}`));
  const out = [];
  for (const [tag, members] of groups(shown)) {
    out.push(h("h2", {}, tag));
    out.push(h("ul", {}, members.map((op) => listItem(op, current))));
  }
  const names = Object.keys((api.components && api.components.schemas) || {}).filter((name) => fits(name));
  if (names.length) {
    const items = names.map((name) => h("li", {}, h("a", { href: `#/schemas/${encodeURIComponent(name)}`, class: "schema" }, name)));
    out.push(h("details", { open: words.length > 0 }, h("summary", {}, h("h2", {}, "types")), h("ul", {}, items)));
  }
  return out.length ? out : [h("p", { class: "muted pad" }, "Nothing matches.")];
}

function listItem(op, current) {
  const here = op.id === current;
  return h(
    "li",
    {},
    h(
      "a",
      { href: `#/${encodeURIComponent(op.id)}`, class: op.deprecated ? "old" : "", "aria-current": here ? "page" : undefined, title: op.path },
      methodBadge(op.method),
      h("span", { class: "name" }, op.id),
    ),
  );
}

function overview(ops) {
  const info = api.info || {};
  const rows = ops.map((op) =>
    h("tr", {}, h("td", {}, methodBadge(op.method)), h("td", {}, h("a", { href: `#/${encodeURIComponent(op.id)}` }, op.id)), h("td", {}, h("code", {}, op.path)), h("td", {}, op.summary)),
  );
  return [
    h("h1", {}, info.title || "API", " ", h("span", { class: "muted" }, info.version)),
    paragraphs(info.description, "lead"),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "All operations" }, h("table", { class: "ops" }, h("tbody", {}, rows))),
    h("p", { class: "muted keys" }, h("kbd", {}, "/"), " filter   ", h("kbd", {}, "Ctrl"), " ", h("kbd", {}, "Enter"), " send   ", h("kbd", {}, "j"), " ", h("kbd", {}, "k"), " next, previous"),
  ];
}

function facts(op) {
  const out = [];
  const idempotency = op["x-idempotency"];
  if (idempotency) out.push(["idempotency", idempotency]);
  if (op["x-deadline"]) out.push(["deadline", op["x-deadline"]]);
  const schemes = securityOf(op).map((s) => s.id);
  out.push(["access", schemes.length ? schemes.join(" or ") : "public"]);
  return h("dl", { class: "facts" }, out.map(([k, v]) => h("div", {}, h("dt", {}, k), h("dd", {}, v))));
}

const KNOWN = new Set(["uuid", "decimal", "date", "date-time", "email", "hostname", "ipv4", "uri"]);

// A type's name, as a link when it has a page.
function typeTag(schema) {
  const label = typeLabel(schema);
  const s = withoutNull(schema || {});
  const name = refName(s) || refName(s.items) || refName(s.additionalProperties);
  return name ? h("a", { class: "type", href: `#/schemas/${encodeURIComponent(name)}` }, label) : h("span", { class: "type" }, label);
}

function marks(schema, required) {
  const s = { ...deref(schema), ...schema };
  const out = [];
  if (required) out.push(h("span", { class: "mark must" }, "required"));
  if (isNullable(schema)) out.push(h("span", { class: "mark" }, "nullable"));
  if (s.readOnly) out.push(h("span", { class: "mark" }, "read only"));
  if (s.writeOnly) out.push(h("span", { class: "mark" }, "write only"));
  if (s.deprecated) out.push(h("span", { class: "mark warn" }, "deprecated"));
  if (s.default !== undefined) out.push(h("span", { class: "mark" }, `default ${JSON.stringify(s.default)}`));
  // The pattern of a uuid or a decimal says nothing to a reader that its name does not.
  if (s.pattern && !refName(schema) && !KNOWN.has(s.format) && !s.contentEncoding) out.push(h("code", { class: "mark", title: s.pattern }, s.pattern.length > 60 ? s.pattern.slice(0, 60) + "…" : s.pattern));
  return out;
}

// The fields of a schema; a field with fields of its own opens on demand, so recursion is no trouble.
function schemaTree(schema) {
  const s = withoutNull(deref(withoutNull(schema || {})));
  const arms = (s.oneOf || s.anyOf || []).filter((arm) => arm.type !== "null");
  if (arms.length) return h("ul", { class: "fields" }, arms.map((arm) => fieldRow("", arm, false, "one of")));
  if (s.enum) return h("p", { class: "values" }, s.enum.map((v) => [h("code", {}, JSON.stringify(v)), " "]));
  if (s.type === "array") return schemaTree(s.items);
  const required = s.required || [];
  const rows = Object.entries(s.properties || {}).map(([key, property]) => fieldRow(key, property, required.includes(key)));
  if (s.additionalProperties && typeof s.additionalProperties === "object") rows.push(fieldRow("<key>", s.additionalProperties, false));
  return rows.length ? h("ul", { class: "fields" }, rows) : null;
}

function fieldRow(key, schema, required, prefix) {
  const s = withoutNull(deref(withoutNull(schema)));
  const head = [key ? h("code", { class: "key" }, key) : h("span", { class: "muted" }, prefix, " "), " ", typeTag(schema), " ", marks(schema, required)];
  const text = schema.description || (refName(withoutNull(schema)) ? "" : s.description);
  const doc = text ? h("p", { class: "doc" }, text) : null;
  const item = s.type === "array" ? withoutNull(deref(withoutNull(s.items || {}))) : s;
  if (!item.properties && !item.oneOf && !item.anyOf && !item.enum && typeof item.additionalProperties !== "object") return h("li", {}, head, doc);
  const details = h("details", {}, h("summary", {}, head), doc);
  details.addEventListener("toggle", () => details.lastChild.tagName === "UL" || append(details, [schemaTree(schema)]), { once: true });
  return h("li", {}, details);
}

function schemaView(name) {
  const schema = ((api.components && api.components.schemas) || {})[name];
  if (!schema) return [h("h1", {}, "No such type"), h("p", {}, name)];
  const value = example(schema, true);
  return [
    h("h1", {}, name),
    paragraphs(schema.description, "lead"),
    h("p", {}, typeTag({ ...schema, title: undefined }), " ", marks(schema, false)),
    schemaTree(schema),
    value === undefined ? null : [h("h2", {}, "Example"), h("pre", {}, prettyJson(JSON.stringify(value)))],
  ];
}

// What the data of a server-sent event holds.
function eventData(media) {
  const properties = deref(media.schema || {}).properties;
  return properties && properties.data && properties.data.contentSchema;
}

function responsesView(op) {
  const rows = Object.entries(op.responses || {}).map(([status, response]) => {
    const r = deref(response);
    const [type, media] = Object.entries(r.content || {})[0] || [];
    const schema = media && (eventData(media) || media.schema);
    const tree = schema ? schemaTree(schema) : null;
    const line = [h("span", { class: `status s${status[0]}` }, status), " ", type ? h("code", { class: "muted" }, type) : null, " ", schema ? typeTag(schema) : null];
    const names = Object.keys(r.headers || {});
    const rest = [paragraphs(r.description, "doc"), names.length ? h("p", { class: "doc" }, "Headers: ", names.map((n) => [h("code", {}, n), " "])) : null];
    return tree ? h("details", { class: "response" }, h("summary", {}, line), rest, tree) : h("div", { class: "response" }, line, rest);
  });
  return h("section", { "aria-label": "Documented responses" }, h("h2", {}, "Responses"), rows);
}
