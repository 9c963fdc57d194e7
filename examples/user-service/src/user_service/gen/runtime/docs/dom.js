// Elements by function call. Text from the contract only ever becomes text nodes and attribute
// values: nothing here, or anywhere on this page, parses HTML.

function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    element.append(child instanceof Node ? child : visible(String(child)));
  }
}

// Bidi overrides and other invisible characters would make text read as something it is not.
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

function visible(text) {
  return text.replace(INVISIBLE, "\ufffd");
}

// In JSON such a character has a form that can be seen and that means the same.
function visibleJson(text) {
  return text.replace(INVISIBLE, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

function paragraphs(text, cls) {
  return (text || "")
    .split(/\n\s*\n/)
    .filter((part) => part.trim())
    .map((part) => h("p", { class: cls }, part.trim()));
}

function copyButton(text) {
  const button = h("button", { type: "button", class: "small", "aria-live": "polite" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed here";
    }
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  return button;
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Only secure contexts have randomUUID; a service on a plain-HTTP address is not one.
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

// JSON text indented and coloured without parsing numbers, so that an int64 keeps every digit.
const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{}:,]/g;

function prettyJson(text) {
  const code = h("code");
  let depth = 0;
  const tokens = text.match(JSON_TOKEN) || [];
  const line = () => code.append("\n" + "  ".repeat(depth));
  tokens.forEach((token, i) => {
    const empty = "{[".includes(token) && "}]".includes(tokens[i + 1] || "x");
    if ("}]".includes(token)) {
      if (!"{[".includes(tokens[i - 1] || "x")) {
        depth -= 1;
        line();
      }
      code.append(token);
    } else if ("{[".includes(token)) {
      code.append(token);
      if (!empty) {
        depth += 1;
        line();
      }
    } else if (token === ",") {
      code.append(token);
      line();
    } else if (token === ":") {
      code.append(": ");
    } else {
      const kind = token[0] !== '"' ? "lit" : tokens[i + 1] === ":" ? "key" : "str";
      code.append(h("span", { class: kind }, visibleJson(token)));
    }
  });
  return code;
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
