// Sending, and showing what came back: an answer, a problem (RFC 9457), a stream of events.

let running = null;

async function exchange(request, answer, send, stop) {
  if (running) running.abort();
  const abort = (running = new AbortController());
  send.disabled = true;
  stop.hidden = false;
  stop.onclick = () => abort.abort();
  answer.replaceChildren(h("p", { class: "muted" }, "Waiting …"));
  const start = performance.now();
  try {
    const options = { method: request.method, headers: request.headers, body: request.body, signal: abort.signal, cache: "no-store", credentials: "same-origin" };
    const response = await fetch(request.url, options);
    const type = (response.headers.get("content-type") || "").split(";")[0];
    if (type === "text/event-stream" && response.body) await showStream(response, answer, start, abort);
    else await showAnswer(response, type, answer, start);
  } catch (error) {
    const stopped = error.name === "AbortError";
    append(answer, [h("p", { class: stopped ? "muted" : "state bad" }, stopped ? "Stopped." : `The request failed: ${error.message}`)]);
    if (!stopped) answer.firstChild.remove();
  } finally {
    send.disabled = false;
    stop.hidden = true;
  }
}

function statusLine(response, start, note) {
  const took = Math.round(performance.now() - start);
  return h("p", { class: "line" }, h("span", { class: `status s${String(response.status)[0]}`, id: "status" }, response.status, " ", response.statusText), " ", h("span", { class: "muted" }, `${took} ms`, note));
}

function headersOf(response) {
  const rows = [...response.headers].map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value)));
  return h("details", {}, h("summary", {}, `Headers (${rows.length})`), h("table", { class: "headers" }, h("tbody", {}, rows)));
}

async function showAnswer(response, type, answer, start) {
  const blob = await response.blob();
  const text = await blob.slice(0, SHOWN).text();
  const json = /[/+]json$/.test(type) && blob.size <= SHOWN && isJson(text);
  const problem = json && type === "application/problem+json" ? problemView(JSON.parse(text)) : null;
  const replayed = response.headers.get("idempotency-replayed") ? " · replayed for this idempotency key" : "";
  const cut = blob.size > SHOWN ? h("p", { class: "state" }, `The first ${SHOWN} of ${blob.size} bytes.`) : null;
  const shown = blob.size === 0 ? h("p", { class: "muted" }, "No body.") : h("pre", { tabindex: "0", "aria-label": "Body of the response" }, json ? prettyJson(text) : visible(text));
  answer.replaceChildren(statusLine(response, start, replayed));
  append(answer, [problem, cut, h("div", { class: "out" }, blob.size ? copyButton(() => text) : null, shown), headersOf(response)]);
}

function problemView(problem) {
  const faults = (problem.errors || []).map((e) => h("li", {}, h("code", { class: "key" }, e.pointer || e.parameter || e.header || "request"), " ", e.detail || e.code));
  return h("div", { class: "problem" }, h("p", {}, h("strong", {}, problem.title || "Problem"), problem.reason || problem.code ? h("code", {}, problem.reason || problem.code) : null), problem.detail ? h("p", {}, problem.detail) : null, faults.length ? h("ul", {}, faults) : null);
}

async function showStream(response, answer, start, abort) {
  const count = h("span", { id: "count" }, "0");
  const list = h("ol", { class: "events", tabindex: "0", role: "log", "aria-label": "Events" });
  answer.replaceChildren(statusLine(response, start, ""), h("p", { class: "muted" }, "Events: ", count), list);
  append(answer, [headersOf(response)]);
  let received = 0;
  const show = (event) => {
    received += 1;
    count.textContent = String(received);
    const failed = event.event === "error" && isJson(event.data);
    const body = failed ? problemView(JSON.parse(event.data)) : h("pre", {}, isJson(event.data) ? prettyJson(event.data) : visible(event.data));
    list.prepend(h("li", {}, h("span", { class: "muted" }, `${Math.round(performance.now() - start)} ms`, event.event === "message" ? "" : ` ${event.event}`, event.id ? ` #${event.id}` : ""), body));
    // An endless stream must not fill the memory of the browser.
    if (list.childElementCount > 500) list.lastChild.remove();
  };
  await readEvents(response.body, show);
  append(answer, [h("p", { class: "muted", id: "ended" }, "The stream has ended.")]);
}
