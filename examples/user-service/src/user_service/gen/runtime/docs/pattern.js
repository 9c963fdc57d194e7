// A short text that a regular expression accepts: first alternative, fewest repetitions. Covers what
// contracts use (classes, groups, repetition, alternatives); anything else gives back "".

function fromPattern(pattern, minLength) {
  for (const extra of [0, 1, Math.max(2, minLength)]) {
    try {
      const text = patternSample(pattern, extra);
      if (text.length >= minLength && matches(text, pattern)) return text;
    } catch {
      return "";
    }
  }
  return "";
}

function patternSample(pattern, extra) {
  let at = 0;
  const peek = () => pattern[at];
  const take = () => pattern[at++];

  function alternatives() {
    let result;
    for (;;) {
      const text = sequence();
      if (result === undefined) result = text;
      if (peek() !== "|") return result;
      take();
    }
  }

  function sequence() {
    let text = "";
    while (at < pattern.length && peek() !== "|" && peek() !== ")") {
      const piece = atom();
      text += piece.repeat(repetitions());
    }
    return text;
  }

  function repetitions() {
    let [low, high] = [1, 1];
    if (peek() === "*") [low, high] = [0, Infinity];
    else if (peek() === "+") [low, high] = [1, Infinity];
    else if (peek() === "?") [low, high] = [0, 1];
    else {
      const counted = /^\{(\d+)(,(\d*))?\}/.exec(pattern.slice(at));
      if (!counted) return 1;
      low = Number(counted[1]);
      high = counted[2] ? (counted[3] ? Number(counted[3]) : Infinity) : low;
      at += counted[0].length - 1;
    }
    take();
    if (peek() === "?") take();
    return Math.min(high, Math.min(low + extra, 4096));
  }

  function atom() {
    const c = take();
    if (c === "(") {
      const head = /^\?(?::|P?<\w+>)/.exec(pattern.slice(at));
      if (head) at += head[0].length;
      else if (peek() === "?") throw new Error("look-around");
      const text = alternatives();
      if (take() !== ")") throw new Error("open group");
      return text;
    }
    if (c === "[") return charClass();
    if (c === ".") return "a";
    if (c === "^" || c === "$") return "";
    return c === "\\" ? escape(take()) : c;
  }

  function escape(c) {
    const known = { d: "0", w: "a", s: " ", D: "a", W: "-", S: "a", n: "\n", t: "\t", r: "\r", b: "", A: "", z: "" };
    if (c in known) return known[c];
    if (/[pPuxk0-9]/.test(c)) throw new Error("escape");
    return c;
  }

  function charClass() {
    const negated = peek() === "^" && Boolean(take());
    const start = at;
    const parts = [];
    while (peek() !== "]" || at === start) {
      if (at >= pattern.length) throw new Error("open class");
      const c = take();
      parts.push(c === "\\" ? escape(take()) : c);
    }
    take();
    if (!negated) return parts[0];
    const source = new RegExp(`[^${pattern.slice(start, at)}`, "u");
    return [..."a0A_-. "].find((c) => source.test(c)) || "~";
  }

  const text = alternatives();
  if (at < pattern.length) throw new Error("unread rest");
  return text;
}
