// What the workbench's page does. Nothing is computed here: each result is a page that tracer made,
// shown in a frame.
#include "tracer/serve/page.hpp"

namespace tracer::serve {

const std::string_view page_script = R"js("use strict";
(() => {
const one = id => document.getElementById(id);
const lesson = one("lesson"), menu = one("menu"), named = one("name");
const most = 1 << 20;  // bytes of a request
const page = [...crypto.getRandomValues(new Uint8Array(12))].map(n => n.toString(16).padStart(2, "0")).join("");
let number = 0;
let opened = {name: "", text: "", seen: null};  // the file, what of it was opened, what is on the disk

const make = (tag, attributes, ...within) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...within);
  return made;
};
const tell = text => { one("told").textContent = text; };
const say = (text, bad) => {
  one("state").textContent = text;
  one("state").classList.toggle("bad", Boolean(bad));
};

async function ask(path, what, signal) {
  const body = JSON.stringify(what);
  if (body.length > most) throw new Error("this is more than 1 MiB; tracer on the command line takes it");
  let answer;
  try {
    answer = await fetch(path, {method: "POST", headers: {"content-type": "application/json"}, body, signal});
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("tracer serve does not answer: has it been ended?");
  }
  const text = await answer.text();
  let read = null;
  try { read = JSON.parse(text); } catch (error) { throw new Error(text.trim()); }
  if (!answer.ok) throw Object.assign(new Error(read.error), {status: answer.status});
  return read;
}

// ---- a page that was made, in one of two frames: the other takes the next one, so that nothing
// flickers, and what is active and where it was scrolled to stay.
const policyIn = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"\/>/;
class Frames {
  constructor(pane) {
    this.holder = pane.querySelector(".frames");
    this.frames = [0, 1].map(() => make("iframe", {title: one(pane.getAttribute("aria-labelledby")).textContent}));
    this.holder.append(...this.frames);
    this.shown = null;
    this.address = "";
    this.policies = new Map();  // of each frame, by which its scripts are judged
  }
  old(is) { this.holder.classList.toggle("old", is && Boolean(this.shown)); }
  // Going to an address takes most of the time: a frame that holds such a page already, with the same
  // policy, is written anew. (It keeps that policy, so the page need not say it once more.)
  async fill(frame, address, text, hash) {
    const policy = (policyIn.exec(text) || [])[1], page = frame.contentWindow;
    const loaded = new Promise(done => frame.addEventListener("load", done, {once: true}));
    if (policy && this.policies.get(frame) === policy) {
      page.document.open();
      page.history.replaceState(null, "", address + hash);
      page.document.write(text.replace(policyIn, "").replace("</head>", "<style>.work{content-visibility:auto}</style></head>"));
      page.document.close();
      if (page.document.readyState !== "loading") return;  // all is read, the script has run
    } else {
      this.policies.set(frame, policy);
      page.location.replace(address + hash);
    }
    await loaded;
  }
  // Formulas that are out of sight are set when they come into it; until then they are as high as
  // those that stood there before, so that places stay.
  lighten(before, next) {
    const heights = [...before.querySelectorAll(".work")].map(part => part.offsetHeight);
    next.querySelectorAll(".work").forEach((part, i) => {
      part.style.containIntrinsicSize = "auto " + (heights[i] || 300) + "px";
    });
  }
  async show(address, text, fresh) {
    const before = this.shown, next = this.frames.find(frame => frame !== before);
    this.address = address;
    await this.fill(next, address, text, before && !fresh ? before.contentWindow.location.hash : "");
    if (this.address !== address) return;
    if (before) this.lighten(before.contentDocument, next.contentDocument);
    const had = document.activeElement === before;
    if (before && !fresh) next.contentWindow.scrollTo(before.contentWindow.scrollX, before.contentWindow.scrollY);
    next.contentWindow.addEventListener("predict", () => bringSlips(next));
    this.holder.classList.add("has");
    next.classList.add("shown");
    if (before) before.classList.remove("shown");
    this.shown = next;
    if (had) next.contentWindow.focus();
    this.old(false);
  }
}

// ---- the panes: derivation and graph follow the text, the others wait to be asked
const names = ["derive", "graph", "check", "mark", "train"];
const panes = Object.fromEntries(names.map(name => [name, {
  name, tab: one("tab-" + name), panel: one("pane-" + name), frames: new Frames(one("pane-" + name)),
  done: "", asked: "", abort: null, took: 0, of: ""
}]));
let active = panes.derive;

const position = () => ({lesson: lesson.value, name: opened.name, set: settings()});
const bodies = {
  derive: position,
  graph: () => ({...position(), step: stepIn("graph-step")}),
  check: () => ({...position(), step: stepIn("check-step"), claimed: claimed}),
  mark: () => ({lesson: lesson.value, name: opened.name, answers: one("answers").value, round: one("round").value, hint: one("hint").checked})
};
const stepIn = id => Math.max(1, Math.min(1e6, Math.floor(Number(one(id).value) || 1)));

async function compute(pane) {
  const what = bodies[pane.name]();
  const key = JSON.stringify(what);
  if (key === pane.asked) return;
  if (pane.abort) pane.abort.abort();
  if (key === pane.done) {
    pane.asked = "";
    stale();
    say("up to date");
    return;
  }
  if (!what.lesson.trim()) {
    pane.asked = "";
    showMistakes([], "");
    pane.frames.old(true);
    say("Write a lesson, or open one.");
    return;
  }
  pane.asked = key;
  if (pane === panes.derive) announced = false;
  pane.abort = new AbortController();
  const begun = performance.now();
  say("working …");
  let made;
  try {
    made = await ask("/" + pane.name, {...what, page, number: ++number}, pane.abort.signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    made = {state: "failed", mistakes: [], says: error.message};
  }
  if (pane.asked !== key || made.state === "cancelled") return;
  pane.took = performance.now() - begun;
  if (made.state === "made") {
    await pane.frames.show(made.page, made.html, pane.of !== opened.text + "\n" + opened.name);
    if (pane.asked !== key) return;
    pane.of = opened.text + "\n" + opened.name;
    pane.done = key;
    pane.asked = "";
    clearTimeout(late);
    staleSoon();  // the others, and this one where it has been written on meanwhile
    if (pane.name === "derive") offerExport(made.page);
    showMistakes([], made.says);
    say("up to date, " + Math.round(performance.now() - begun) + " ms");
  } else {
    pane.asked = "";
    pane.done = "";
    pane.frames.old(true);
    showMistakes(made.mistakes, made.says, true);
    say(pane.frames.shown ? "old: see the mistake at the lesson" : "see the mistake at the lesson", true);
  }
}

// What is shown and no longer of this text is marked so.
function stale() {
  for (const pane of Object.values(panes)) {
    if (!bodies[pane.name] || !pane.done) continue;
    pane.frames.old(JSON.stringify(bodies[pane.name]()) !== pane.done);
  }
}
let timer = 0, late = 0;
// Not at once: of a page that follows in a moment nothing need flicker.
function staleSoon() {
  clearTimeout(late);
  late = setTimeout(stale, 500);
}
function changed() {
  paint();
  findLeaves();
  staleSoon();
  announce();
  soon();
}
// While the pause lasts, tracer gets ready.
let announced = false;
function announce() {
  if (announced || active !== panes.derive || Object.keys(settings()).length) return;
  announced = true;
  ask("/soon", {name: opened.name}).catch(() => {});
}
const follows = pane => pane === panes.derive || pane === panes.graph;
// What takes long is not begun at every pause.
function soon(pause = 150) {
  clearTimeout(timer);
  timer = setTimeout(() => { if (follows(active)) compute(active); }, active.took > 500 ? 600 : pause);
}
// The slips by which a wrong prediction is named take longer than the page: they come when they are
// wanted, and with a page that is saved; as a pane of their own, so that they end no other computation.
const whole = () => ask("/derive", {...position(), slips: true, page: page + "slips", number: ++number});
const slipsIn = /<script type="application\/json" id="slips">(.*?)<\/script>/s;
async function bringSlips(frame) {
  const of = panes.derive.done, inner = frame.contentDocument;
  if (inner.getElementById("slips")) return;
  try {
    const made = await whole();
    const found = made.state === "made" && slipsIn.exec(made.html);
    if (!found || panes.derive.done !== of || frame.contentDocument.getElementById("slips")) return;
    const data = inner.createElement("script");
    data.type = "application/json";
    data.id = "slips";
    data.textContent = found[1];
    inner.body.append(data);
  } catch (error) {
    if (error.name !== "AbortError") say(error.message, true);
  }
}
one("export").addEventListener("click", async event => {
  const link = one("export");
  if (link.dataset.whole) { delete link.dataset.whole; return; }
  event.preventDefault();
  try {
    const made = await whole();
    if (made.state !== "made") return;
    offerExport(made.page);
    link.dataset.whole = "1";
    link.click();
  } catch (error) {
    if (error.name !== "AbortError") say(error.message, true);
  }
});
function offerExport(address) {
  const name = (named.value || menu.value.replace(/^.*?\//, "") || "lesson").replace(/\.lesson$/, "").replace(/^.*\//, "");
  one("export").href = address + "?download=" + encodeURIComponent(name);
  one("export").hidden = false;
}

// ---- tabs
function select(pane, focus) {
  active = pane;
  for (const each of Object.values(panes)) {
    const is = each === pane;
    each.tab.setAttribute("aria-selected", String(is));
    each.tab.tabIndex = is ? 0 : -1;
    each.panel.hidden = !is;
  }
  if (focus) pane.tab.focus();
  say("");
  if (follows(pane)) compute(pane);
}
for (const pane of Object.values(panes)) {
  pane.tab.addEventListener("click", () => select(pane));
  pane.tab.addEventListener("keydown", event => {
    const at = names.indexOf(pane.name);
    const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1}[event.key];
    if (to === undefined) return;
    event.preventDefault();
    select(panes[names[(to + names.length) % names.length]], true);
  });
}

// ---- the text: numbers of lines, marks under what is wrong, mistakes in words
let mistakes = [];
const numbers = document.querySelector(".numbers"), marks = document.querySelector(".marks");
function paint() {
  const lines = lesson.value.split("\n");
  const wrong = new Map();
  for (const mistake of mistakes) if (!wrong.has(mistake.line)) wrong.set(mistake.line, mistake);
  numbers.replaceChildren(...lines.map((line, i) => make("span", wrong.has(i + 1) ? {class: "bad"} : {}, (i + 1) + "\n")));
  marks.replaceChildren(...lines.flatMap((line, i) => {
    const mistake = wrong.get(i + 1);
    if (!mistake) return ["\n"];
    const signs = [...line], from = mistake.column - 1;
    const under = signs.slice(from, from + mistake.length).join("") || " ";
    return [signs.slice(0, from).join(""), make("u", {}, under), signs.slice(from + mistake.length).join(""),
      make("i", {}, mistake.says), "\n"];
  }));
  follow();
}
function follow() {
  numbers.scrollTop = marks.scrollTop = lesson.scrollTop;
  marks.scrollLeft = lesson.scrollLeft;
}
function showMistakes(list, says, wrong) {
  mistakes = list;
  const holder = one("mistakes");
  const parts = list.map(mistake => {
    const go = make("button", {type: "button"}, "line " + mistake.line);
    go.addEventListener("click", () => goTo(mistake));
    return [make("p", {}, go, mistake.says), make("pre", {tabindex: "0"}, mistake.shown.trimEnd())];
  }).flat();
  if (says && says.trim()) parts.push(make("p", {}, says.trim()));
  holder.replaceChildren(...parts);
  holder.classList.toggle("note", !list.length && !wrong);
  if (list.length) lesson.setAttribute("aria-invalid", "true"); else lesson.removeAttribute("aria-invalid");
  paint();
}
function goTo(mistake) {
  const lines = lesson.value.split("\n");
  let at = 0;
  for (let i = 0; i < mistake.line - 1 && i < lines.length; ++i) at += lines[i].length + 1;
  const signs = [...(lines[mistake.line - 1] || "")];
  const begin = at + signs.slice(0, mistake.column - 1).join("").length;
  lesson.focus();
  lesson.setSelectionRange(begin, begin + signs.slice(mistake.column - 1, mistake.column - 1 + mistake.length).join("").length);
}
lesson.addEventListener("input", changed);
lesson.addEventListener("scroll", follow);
lesson.addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); clearTimeout(timer); if (follows(active)) compute(active); }
});

// ---- sliders on the values that the text gives: numbers, and entries of small lists
const leafLine = /^\s*(?:param|input)\s+([\p{L}_][\p{L}\p{N}_]*)\s*=\s*([-+\d.eE\/,[\]\s]+?)\s*(?:#.*)?$/u;
const numeral = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?:\/\d+)?/g;
let leaves = [];
const worth = text => { const [a, b] = text.split("/"); return b ? a / b : Number(a); };
function findLeaves() {
  const found = [];
  let entries = 0;
  for (const line of lesson.value.split("\n")) {
    const is = leafLine.exec(line);
    if (!is) continue;
    const texts = is[2].match(numeral) || [];
    const list = is[2].includes("[");
    if (!texts.length || texts.length > 9 || (!list && texts.length > 1)) continue;
    if ((entries += texts.length) > 40) break;
    const old = leaves.find(leaf => leaf.name === is[1] && leaf.text === is[2]);
    found.push(old || {name: is[1], text: is[2], texts, moved: texts.map(() => null), list});
  }
  if (found.length === leaves.length && found.every((leaf, i) => leaf === leaves[i])) return;
  leaves = found;
  showSliders();
}
function indexed(leaf, k) {
  if (!leaf.list) return leaf.name;
  const rows = leaf.text.match(/\[[^[\]]*\]/g) || [];
  if (!/^\[\s*\[/.test(leaf.text)) return leaf.name + "[" + k + "]";
  for (let i = 0; i < rows.length; ++i) {
    const count = (rows[i].match(numeral) || []).length;
    if (k < count) return leaf.name + "[" + i + ", " + k + "]";
    k -= count;
  }
  return leaf.name;
}
function showSliders() {
  const rows = [];
  leaves.forEach((leaf, which) => leaf.texts.forEach((text, k) => {
    const value = worth(text), span = 2 * Math.max(1, Math.abs(value));
    const decimals = Math.max(0, 2 - Math.floor(Math.log10(span)));
    const id = "leaf-" + which + "-" + k;
    const range = make("input", {type: "range", id, min: value - span, max: value + span, step: 10 ** -decimals});
    range.value = leaf.moved[k] === null ? value : Number(leaf.moved[k]);
    const output = make("output", {for: id}, leaf.moved[k] === null ? text : leaf.moved[k]);
    const row = make("div", {class: "leaf"}, make("label", {for: id}, make("code", {}, indexed(leaf, k))), range, output);
    row.classList.toggle("moved", leaf.moved[k] !== null);
    range.addEventListener("input", () => {
      leaf.moved[k] = String(Number(Number(range.value).toFixed(decimals)));
      if (/e/.test(leaf.moved[k])) leaf.moved[k] = Number(range.value).toFixed(decimals);
      output.textContent = leaf.moved[k];
      row.classList.add("moved");
      one("reset").disabled = false;
      staleSoon();
      slide();
    });
    rows.push(row);
  }));
  one("sliders").replaceChildren(...rows);
  one("values").hidden = !rows.length;
  one("reset").disabled = !leaves.some(leaf => leaf.moved.some(moved => moved !== null));
}
function settings() {
  const set = {};
  for (const leaf of leaves) {
    if (leaf.moved.every(moved => moved === null)) continue;
    let k = 0;
    set[leaf.name] = leaf.text.replace(numeral, text => { const moved = leaf.moved[k++]; return moved === null ? text : moved; });
  }
  return set;
}
// While a slider moves, a new page follows as soon as the one before is there.
function slide() {
  clearTimeout(timer);
  timer = setTimeout(() => { if (active.asked) slide(); else if (follows(active)) compute(active); }, active.took > 500 ? 600 : 30);
}
one("reset").addEventListener("click", () => {
  leaves.forEach(leaf => leaf.moved.fill(null));
  showSliders();
  staleSoon();
  soon();
});
one("graph-step").addEventListener("input", () => { staleSoon(); soon(); });

// ---- check: somebody's gradients, from a file or pasted
let claimed = null;
const encoded = bytes => {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return btoa(text);
};
async function takeFile(file) {
  if (!file) return;
  if (file.size > 3 * most / 4) { tell(file.name + " is too large for the workbench: tracer check --claimed takes it"); return; }
  claimed = {name: file.name, base64: encoded(new Uint8Array(await file.arrayBuffer()))};
  one("claimed-text").value = "";
  compute(panes.check);
}
// "dL/dw1 = -2" and the like as JSON, the digits as they are written; what is no such text stays.
function asJson(text) {
  if (/^\s*[{[]/.test(text)) return text;
  const lines = text.split("\n").map(line => line.trim()).filter(line => line && !line.startsWith("#"));
  const parts = lines.map(line => /^(.+?)\s*(?:=|≈|:)\s*(.+)$/.exec(line.replace(/−/g, "-")));
  if (!lines.length || parts.some(part => !part)) return text;
  return "{" + parts.map(([, name, value]) => JSON.stringify(name) + ": " + value.replace(/;$/, "")).join(",\n") + "}";
}
one("claimed-file").addEventListener("change", event => takeFile(event.target.files[0]));
one("checking").addEventListener("submit", event => {
  event.preventDefault();
  const text = one("claimed-text").value;
  if (text.trim()) claimed = {name: "the pasted gradients", base64: encoded(new TextEncoder().encode(asJson(text)))};
  panes.check.done = "";
  compute(panes.check);
});
one("no-claims").addEventListener("click", () => {
  claimed = null;
  one("claimed-text").value = one("claimed-file").value = "";
  stale();
});
const dropping = is => panes.check.panel.classList.toggle("dropping", is);
panes.check.panel.addEventListener("dragover", event => { event.preventDefault(); dropping(true); });
panes.check.panel.addEventListener("dragleave", () => dropping(false));
panes.check.panel.addEventListener("drop", event => { event.preventDefault(); dropping(false); takeFile(event.dataTransfer.files[0]); });
for (const name of ["dragover", "drop"])  // else the browser would open the file in our place
  addEventListener(name, event => event.preventDefault());

one("marking").addEventListener("submit", event => {
  event.preventDefault();
  panes.mark.done = "";
  compute(panes.mark);
});
for (const form of document.querySelectorAll("form")) form.addEventListener("submit", event => event.preventDefault());

// ---- train: what happens comes as lines of JSON
let trains = false;
const figures = {loss: "loss", accuracy: "accuracy", val_loss: "validation loss", val_accuracy: "validation accuracy"};
function epochText(line) {
  const parts = ["epoch " + line.epoch];
  for (const [key, words] of Object.entries(figures))
    if (typeof line[key] === "number") parts.push(words + " " + (key.endsWith("accuracy") ? (100 * line[key]).toFixed(1) + " %" : line[key].toPrecision(4)));
  return parts.join(", ");
}
function picture(text) {
  const read = new DOMParser().parseFromString(text, "text/html");
  return [...read.body.childNodes].map(node => document.importNode(node, true));
}
async function train() {
  one("start").disabled = true;
  one("stop").disabled = false;
  one("pictures").replaceChildren();
  panes.train.frames.old(true);
  one("epoch").textContent = "begins …";
  say("training …");
  let rest = "", last = "";
  try {
    await ask("/train", {page, lesson: lesson.value, name: opened.name});
    trains = true;
    for (;;) {
      await new Promise(done => setTimeout(done, 300));
      const news = await ask("/train/news", {page});
      const lines = (rest + (news.output || "")).split("\n");
      rest = lines.pop();
      let drawn = null;
      for (const text of lines) {
        let line = null;
        try { line = JSON.parse(text); } catch (error) { continue; }
        if (line.event === "pictures") drawn = line;
        else if (line.epoch !== undefined) last = epochText(line);
      }
      if (last) one("epoch").textContent = last;
      if (drawn && news.state === "runs")
        one("pictures").replaceChildren(...picture(drawn.curves || ""), ...picture(drawn.boundary || ""));
      if (news.state === "runs") continue;
      if (news.page) {
        await panes.train.frames.show(news.page, "", true);
        one("pictures").replaceChildren();
      }
      showMistakes(news.mistakes || [], "");
      if (news.says && news.says.trim()) one("epoch").textContent = [last, news.says.trim()].filter(Boolean).join(": ");
      say(news.page ? "trained" : "see the mistake", !news.page);
      break;
    }
  } catch (error) {
    one("epoch").textContent = error.message;
    say("not trained", true);
  }
  trains = false;
  one("start").disabled = false;
  one("stop").disabled = true;
}
one("training").addEventListener("submit", () => { if (!trains && !one("start").disabled) train(); });
one("stop").addEventListener("click", () => { one("stop").disabled = true; ask("/train/stop", {page}).catch(error => tell(error.message)); });

// ---- files
const unsaved = () => lesson.value !== opened.text;
function setText(name, text, seen) {
  opened = {name, text, seen};
  lesson.value = text;
  lesson.scrollTop = 0;
  leaves = [];
  showSliders();
  mistakes = [];
  changed();
  clearTimeout(timer);
  if (follows(active)) compute(active); else select(panes.derive);
}
async function listLessons(chosen) {
  const there = await ask("/lessons", {});
  const option = (value, text) => make("option", {value}, text);
  const own = make("optgroup", {label: "In " + there.folder});
  own.append(...there.lessons.map(name => option("folder/" + name, name)));
  const shipped = make("optgroup", {label: "With tracer"});
  shipped.append(...there.shipped.map(each => option("shipped/" + each.name, each.name + ": " + each.title)));
  menu.replaceChildren(option("", "a new lesson"), ...(there.lessons.length ? [own] : []), shipped);
  if (chosen !== undefined) menu.value = chosen;
}
async function open(value) {
  const slash = value.indexOf("/");
  const from = value.slice(0, slash), name = value.slice(slash + 1);
  try {
    const read = value ? await ask("/open", {from, name}) : {text: ""};
    named.value = from === "folder" ? name : "";
    setText(from === "folder" ? name : "", read.text, from === "folder" ? read.text : null);
    history.replaceState(null, "", value ? "#open=" + encodeURIComponent(value) : location.pathname);
    tell("");
  } catch (error) { tell(error.message); }
}
let before = "";
menu.addEventListener("change", async () => {
  if (unsaved() && lesson.value.trim() && !confirm("Leave what is not saved?")) { menu.value = before; return; }
  before = menu.value;
  await open(menu.value);
});
async function save(over) {
  let name = named.value.trim();
  if (!name) { tell("Saved under which name? hw.lesson, say."); named.focus(); return; }
  if (!name.endsWith(".lesson")) name += ".lesson";
  const text = lesson.value;
  try {
    await ask("/save", {name, text, seen: name === opened.name ? opened.seen : null, over});
    named.value = name;
    opened = {name, text, seen: text};
    soon();  // of another place: what the lesson reads may be found there
    before = "folder/" + name;
    await listLessons(before);
    history.replaceState(null, "", "#open=" + encodeURIComponent(before));
    tell("saved: " + name);
  } catch (error) {
    if (error.status === 409 && !over && confirm(error.message + ". Write over it?")) return save(true);
    tell(error.message);
  }
}
one("saving").addEventListener("submit", () => save(false));
addEventListener("keydown", event => {
  if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); save(false); }
});
addEventListener("beforeunload", event => { if (unsaved() && lesson.value.trim()) event.preventDefault(); });

(async () => {
  const wanted = new URLSearchParams(location.hash.slice(1)).get("open") || "shipped/relu-1-1-1";
  try {
    await listLessons(wanted);
    if (menu.value !== wanted) menu.value = "";
    before = menu.value;
    await open(menu.value);
  } catch (error) { tell(error.message); }
})();
})();
)js";

}  // namespace tracer::serve
