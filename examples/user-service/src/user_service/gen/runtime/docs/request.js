// What is sent: the URL, the headers and the body from a filled form; and the same as a curl line.

const BASE = new URL(".", location.href);

const METHODS = new Set(["get", "head", "post", "put", "patch", "delete", "options", "trace"]);

function operations() {
  const found = [];
  for (const [path, item] of Object.entries(api.paths || {})) {
    for (const [method, op] of Object.entries(item)) {
      if (!METHODS.has(method)) continue;
      const parameters = [...(item.parameters || []), ...(op.parameters || [])].map(deref);
      found.push({ ...op, path, method: method.toUpperCase(), parameters, id: op.operationId || `${method} ${path}` });
    }
  }
  return found;
}

function bodyOf(op) {
  const body = op.requestBody && deref(op.requestBody);
  if (!body || !body.content) return undefined;
  const [type, media] = Object.entries(body.content)[0];
  return { type, media, required: body.required };
}

function streams(op) {
  return Object.values(op.responses || {}).some((r) => (deref(r).content || {})["text/event-stream"]);
}

// values: "in:name" → text, or a list of texts for a repeated parameter. Empty texts are not sent.
function buildRequest(op, values, body, credentials) {
  let path = op.path;
  const query = new URLSearchParams();
  const headers = [["accept", streams(op) ? "text/event-stream, application/problem+json" : "application/json, application/problem+json"]];
  for (const p of op.parameters) {
    const value = values[`${p.in}:${p.name}`];
    const texts = (Array.isArray(value) ? value : [value]).filter((v) => v !== undefined && v !== "");
    if (p.in === "path") path = path.replaceAll(`{${p.name}}`, encodeURIComponent(texts[0] || ""));
    else if (p.in === "query") texts.forEach((text) => query.append(p.name, text));
    else if (p.in === "header" && texts.length) headers.push([p.name, texts.join(", ")]);
  }
  const media = bodyOf(op);
  const sent = media && body !== undefined && body !== "" ? body : undefined;
  if (sent !== undefined) headers.push(["content-type", media.type]);
  for (const [name, value] of credentialHeaders(op, credentials)) headers.push([name, value]);
  const search = query.toString();
  const url = new URL("." + path + (search ? "?" + search : ""), BASE);
  return { method: op.method, url: url.href, headers, body: sent };
}

function securityOf(op) {
  const names = new Set((op.security || api.security || []).flatMap((need) => Object.keys(need)));
  const schemes = (api.components && api.components.securitySchemes) || {};
  return [...names].filter((n) => schemes[n]).map((id) => ({ id, ...deref(schemes[id]) }));
}

function credentialHeaders(op, credentials) {
  const out = [];
  for (const scheme of securityOf(op)) {
    const value = credentials[scheme.id];
    if (!value) continue;
    if (scheme.type === "http") out.push(["authorization", `Bearer ${value}`]);
    else if (scheme.type === "apiKey" && scheme.in === "header") out.push([scheme.name, value]);
  }
  return out;
}

function curlLine(request) {
  const quote = (text) => "'" + text.replaceAll("'", "'\\''") + "'";
  const parts = ["curl"];
  if (request.headers.some(([n, v]) => n === "accept" && v.startsWith("text/event-stream"))) parts.push("-N");
  if (request.method !== "GET" || request.body !== undefined) parts.push("-X", request.method);
  parts.push(quote(request.url));
  const lines = [parts.join(" ")];
  for (const [name, value] of request.headers) lines.push("-H " + quote(`${name}: ${value}`));
  if (request.body !== undefined) lines.push("--data-raw " + quote(request.body));
  return lines.join(" \\\n  ");
}

// Server-sent events as they arrive (WHATWG HTML §9.2.6); `onEvent` gets {event, id, data}.
async function readEvents(stream, onEvent) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = { event: "message", id: "", data: [] };
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    // A CR at the end of what is here may be half of a CRLF.
    const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (event.data.length) onEvent({ ...event, data: event.data.join("\n") });
        event = { event: "message", id: event.id, data: [] };
        continue;
      }
      const [, field, text] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (field === "data") event.data.push(text);
      else if (field === "event" || field === "id") event[field] = text;
    }
  }
}
