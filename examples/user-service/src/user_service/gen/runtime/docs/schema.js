// Reading JSON Schema: names for types in the contract's own words, and examples that are valid.

let api = { paths: {}, components: {} };

function deref(node) {
  for (let hops = 0; node && node.$ref && hops < 32; hops += 1) {
    const path = node.$ref.replace(/^#\//, "").split("/");
    const target = path.reduce((at, key) => at && at[decodeURIComponent(key).replace(/~1/g, "/").replace(/~0/g, "~")], api);
    const { $ref, ...beside } = node;
    node = { ...target, ...beside };
  }
  return node || {};
}

function refName(schema) {
  return schema && schema.$ref ? schema.$ref.split("/").pop() : "";
}

// A union of exactly one type and null is that type, nullable.
function withoutNull(schema) {
  const arms = schema.oneOf || schema.anyOf;
  if (arms) {
    const rest = arms.filter((arm) => arm.type !== "null");
    return rest.length === 1 && rest.length < arms.length ? { ...schema, oneOf: undefined, anyOf: undefined, ...rest[0] } : schema;
  }
  if (Array.isArray(schema.type) && schema.type.includes("null")) {
    const rest = schema.type.filter((t) => t !== "null");
    return { ...schema, type: rest.length === 1 ? rest[0] : rest };
  }
  return schema;
}

function isNullable(schema) {
  const s = deref(schema);
  return s.type === "null" || (Array.isArray(s.type) && s.type.includes("null")) || (s.oneOf || s.anyOf || []).some((arm) => arm.type === "null");
}

function bounds(low, high) {
  if (low === undefined && high === undefined) return "";
  return `(${low === undefined ? "" : low}..${high === undefined ? "" : high})`;
}

function typeLabel(schema) {
  const s = withoutNull(schema || {});
  if (s.$ref) return refName(s);
  if (s.const !== undefined) return JSON.stringify(s.const);
  const arms = s.oneOf || s.anyOf;
  if (arms) return arms.filter((arm) => arm.type !== "null").map(typeLabel).join(" | ");
  if (s.enum) return "enum";
  if (s.type === "array") return `list<${typeLabel(s.items)}>${bounds(s.minItems, s.maxItems)}`;
  if (s.type === "object" && s.additionalProperties && !s.properties) {
    return `map<${typeLabel(s.additionalProperties)}>${bounds(s.minProperties, s.maxProperties)}`;
  }
  if (s.type === "string") return textLabel(s);
  if (s.type === "integer" || s.type === "number") return numberLabel(s);
  return Array.isArray(s.type) ? s.type.join(" | ") : s.type || "any";
}

function textLabel(s) {
  if (s.format === "decimal") return "decimal" + bounds(s["x-minimum"], s["x-maximum"]);
  // The length of base64 is not that of the bytes it carries.
  return s.contentEncoding ? "bytes" : (s.format || "string") + bounds(s.minLength, s.maxLength);
}

// The full range of an int32 says nothing that its name does not.
const WIDE = { int32: [-(2 ** 31), 2 ** 31 - 1], uint32: [0, 2 ** 32 - 1], int64: [-(2 ** 63), 2 ** 63 - 1], uint64: [0, 2 ** 64 - 1] };

function numberLabel(s) {
  const [low, high] = WIDE[s.format] || [];
  return (s.format || s.type) + bounds(s.minimum === low ? undefined : s.minimum, s.maximum === high ? undefined : s.maximum);
}

const SAMPLES = {
  uuid: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  "date-time": "2026-01-31T09:30:00Z",
  date: "2026-01-31",
  duration: "1.5s",
  decimal: ["12.50", "1.00", "0.50", "0"],
  email: "ada@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  uri: "https://example.com/",
  base64: ["aGVsbG8=", "aGk=", "", "aGVsbG8gd29ybGQ="],
};

// A value that the schema accepts. `full` also fills what may be left out; `out` is for a response.
function example(schema, full, stack = []) {
  const name = refName(withoutNull(schema || {}));
  if (name && stack.filter((n) => n === name).length > 0) return undefined;
  const s = withoutNull(deref(withoutNull(schema || {})));
  if (s.$ref) return example(s, full, stack);
  const inner = name ? [...stack, name] : stack;
  if (s.examples && s.examples.length) return s.examples[0];
  if (s.example !== undefined) return s.example;
  if (s.const !== undefined) return s.const;
  if (s.default !== undefined && s.default !== null) return s.default;
  if (s.enum) return s.enum.find((v) => v !== null);
  const arms = s.oneOf || s.anyOf;
  if (arms) return firstDefined(arms.map((arm) => () => example(arm, full, inner)));
  if (s.allOf) return s.allOf.reduce((all, part) => ({ ...all, ...example(part, full, inner) }), {});
  if (s.type === "array") return exampleList(s, full, inner);
  if (s.type === "object" || s.properties) return exampleObject(s, full, inner);
  if (s.type === "string") return exampleText(s);
  if (s.type === "integer" || s.type === "number") return exampleNumber(s);
  if (s.type === "boolean") return true;
  return s.type === "null" ? null : {};
}

function firstDefined(makers) {
  for (const make of makers) {
    const value = make();
    if (value !== undefined) return value;
  }
  return undefined;
}

function exampleList(s, full, stack) {
  const item = example(s.items, full, stack);
  const count = Math.max(s.minItems || 0, full || s.minItems ? 1 : 0);
  if (item === undefined || s.maxItems === 0) return [];
  return Array.from({ length: Math.min(count, 1000) }, () => item);
}

function exampleObject(s, full, stack) {
  const out = {};
  const required = s.required || [];
  for (const [key, property] of Object.entries(s.properties || {})) {
    if (deref(property).readOnly || (!full && !required.includes(key))) continue;
    const value = example(property, full, stack);
    if (value !== undefined) out[key] = value;
  }
  if (s.additionalProperties && typeof s.additionalProperties === "object") {
    const value = example(s.additionalProperties, full, stack);
    const count = Math.max(s.minProperties || 0, full ? 1 : 0);
    for (let i = 0; value !== undefined && i < Math.min(count, 100); i += 1) out[i ? `key${i + 1}` : "key"] = value;
  }
  return out;
}

function exampleText(s) {
  const samples = [SAMPLES[s.contentEncoding || s.format] || [], s["x-minimum"] || [], s["x-maximum"] || []].flat();
  const fitting = samples.find((sample) => fits(sample, s));
  if (fitting !== undefined) return fitting;
  if (s.pattern) return fromPattern(s.pattern, s.minLength || 0);
  let text = "text";
  const low = s.minLength || 0;
  while (text.length < low && text.length < 4096) text += " text";
  return text.slice(0, Math.max(low, Math.min(text.length, s.maxLength === undefined ? text.length : s.maxLength)));
}

function fits(text, s) {
  if (text.length < (s.minLength || 0) || text.length > (s.maxLength === undefined ? Infinity : s.maxLength)) return false;
  return !s.pattern || matches(text, s.pattern);
}

function matches(text, pattern) {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return false;
  }
}

function exampleNumber(s) {
  const low = s.minimum !== undefined ? s.minimum : s.exclusiveMinimum !== undefined ? s.exclusiveMinimum + 1 : undefined;
  const high = s.maximum !== undefined ? s.maximum : s.exclusiveMaximum !== undefined ? s.exclusiveMaximum - 1 : undefined;
  let value = 1;
  if (low !== undefined && value < low) value = low;
  if (high !== undefined && value > high) value = high;
  return value;
}
