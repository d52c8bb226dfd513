// What a page of working does beyond being read: one step at a time, forward and back; results as
// fractions, decimals or rounded; results to be predicted first. All of it is made by the script:
// without it the page has no button that does nothing, and shows all.
#pragma once

#include <string_view>

namespace tracer {

inline constexpr std::string_view html_script = R"js(
(() => {
"use strict";
const lines = [...document.querySelectorAll(".work>.line")];
if (!lines.length) return;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const views = ["decimal", "exact", "rounded"];
const help = "→ or space on: next step. ←: back. Page down, Page up: next part, part before. " +
  "Home, End: first, last step. 1 to 9: that sample. V: results as decimals, fractions, rounded. " +
  "P: predict each result first. Escape: the whole page.";
let at = -1, view = 0, predict = false, timer = 0;
const make = (tag, attributes, text) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
};
const bar = make("div", {class: "bar noprint", role: "toolbar", "aria-label": "Steps"});
const live = make("p", {class: "live", "aria-live": "polite"});
const button = (text, says, run) => {
  const made = make("button", {type: "button", title: says}, text);
  if (!/[a-z]/.test(text)) made.setAttribute("aria-label", says);  // a sign, not a word
  made.addEventListener("click", run);
  bar.append(made);
  return made;
};
const part = line => line.closest(".work");
const first = of => lines.findIndex(line => part(line) === of);
const headings = [...document.querySelectorAll("h2")];
const follows = (a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;

function showNodes(line) {
  document.querySelectorAll(".graph .on").forEach(one => one.classList.remove("on"));
  if (!line) return;
  const before = [...document.querySelectorAll(".graph")].filter(graph => follows(graph, line)).pop();
  if (!before) return;
  const name = line.dataset.name || "";
  const own = name.includes("/∂") ? name.slice(name.indexOf("/∂") + 2) : name;
  before.querySelectorAll("[data-name],[data-from]").forEach(one => {
    const there = one.dataset.name === own ||
      (name.includes("/∂") ? one.dataset.from === own : one.dataset.to === own);
    one.classList.toggle("on", there);
  });
}

function show(next, quiet) {
  at = Math.max(-1, Math.min(lines.length - 1, next));
  document.body.classList.toggle("stepping", at >= 0);
  lines.forEach((line, i) => {
    line.classList.toggle("active", i === at);
    line.classList.toggle("later", at >= 0 && i > at);
    if (i === at) line.setAttribute("aria-current", "step"); else line.removeAttribute("aria-current");
  });
  const line = lines[at];
  showNodes(line);
  ask(line);
  if (!line) { live.textContent = ""; return; }
  if (!quiet) line.scrollIntoView({block: "center", behavior: still ? "auto" : "smooth"});
  live.textContent = "Step " + (at + 1) + " of " + lines.length + ": " +
    (predict && !line.dataset.told ? "what is " + line.dataset.name + "?" : line.dataset.say);
  write();
}

function write() {
  const what = [];
  if (at >= 0) what.push("step=" + (at + 1));
  if (view) what.push("view=" + views[view]);
  try { history.replaceState(null, "", what.length ? "#" + what.join("&") : location.pathname); } catch (e) {}
}

function showView(next) {
  view = next % views.length;
  document.querySelectorAll(".value").forEach(cell => {
    const wanted = cell.querySelector('[data-view="' + views[view] + '"]') ? views[view] : "decimal";
    cell.querySelectorAll("[data-view]").forEach(one => { one.hidden = one.dataset.view !== wanted; });
  });
  viewButton.textContent = views[view];
  write();
}

const number = text => {
  const plain = text.trim().replace(/−/g, "-").replace(",", ".");
  const parts = plain.split("/");
  if (!parts.every(one => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(one.trim()))) return NaN;
  return parts.length === 2 ? parts[0] / parts[1] : parts.length === 1 ? Number(plain) : NaN;
};
function judge(text, line) {
  const said = number(text), right = Number(line.dataset.value);
  if (Number.isNaN(said)) return "a number is wanted: 0.5, −1.25 or 1/3";
  const places = text.includes("/") ? 15 : (text.split(/[eE]/)[0].split(/[.,]/)[1] || "").length;
  const unit = text.includes("/") ? 1e-12 : 10 ** -places;
  const near = (a, b, by) => Math.abs(a - b) <= by * (1 + 1e-9) + 1e-12 * Math.abs(b);
  if (near(said, right, unit / 2)) return "";
  for (const [value, says] of JSON.parse(line.dataset.slips || "[]"))
    if (near(said, value, unit / 2)) return says;
  if (near(said, right, unit)) return "nearly: the last digit is rounded wrongly";
  if (right !== 0 && near(said, -right, unit / 2)) return "the sign is turned";
  return "no; look at what it is made of";
}
function ask(line) {
  document.querySelectorAll(".ask").forEach(one => one.remove());
  document.body.classList.toggle("predicting", predict && at >= 0);
  if (!line || !predict || line.dataset.told || !("value" in line.dataset)) {
    if (line) line.dataset.told = "1";
    return;
  }
  const form = make("form", {class: "ask noprint"});
  const label = make("label", {}, line.dataset.name + " = ");
  const input = make("input", {inputmode: "decimal", autocomplete: "off", size: "12"});
  const says = make("span", {role: "status"});
  label.append(input);
  form.append(label, make("button", {}, "Check"), says);
  form.addEventListener("submit", event => {
    event.preventDefault();
    const wrong = judge(input.value, line);
    if (!wrong) { line.dataset.told = "1"; line.classList.add("predicted"); show(at); live.textContent = "Right: " + line.dataset.say; return; }
    says.textContent = wrong;
  });
  line.append(form);
  input.focus({preventScroll: true});
}

const move = by => { stop(); show(at + by); };
const toPart = by => {
  stop();
  const parts = [...new Set(lines.map(part))];
  const now = at < 0 ? -1 : parts.indexOf(part(lines[at]));
  const next = Math.max(0, Math.min(parts.length - 1, now + by));
  show(first(parts[next]));
};
const toSample = which => {
  const heading = headings[which - 1];
  if (heading) { stop(); show(lines.findIndex(line => follows(heading, line))); }
};
function stop() { clearInterval(timer); timer = 0; playButton.textContent = "play"; }
function play() {
  if (timer) { stop(); return; }
  playButton.textContent = "pause";
  timer = setInterval(() => { if (at + 1 >= lines.length) stop(); else show(at + 1); }, 1500);
}
function setPredict(on) {
  predict = on;
  lines.forEach(line => { delete line.dataset.told; line.classList.remove("predicted"); });
  predictButton.setAttribute("aria-pressed", String(predict));
  show(predict && at < 0 ? 0 : at);
}

button("|◀", "First step (Home)", () => { stop(); show(0); });
button("◀", "Step back (left arrow)", () => move(-1));
const playButton = button("play", "Play, pause (space)", play);
button("▶", "Next step (right arrow)", () => move(1));
button("▶|", "Last step (End)", () => { stop(); show(lines.length - 1); });
const viewButton = button("decimal", "Results as decimals, fractions, rounded (V)", () => showView(view + 1));
const predictButton = button("predict", "Predict each result first (P)", () => setPredict(!predict));
predictButton.setAttribute("aria-pressed", "false");
button("?", "Help (question mark)", () => { live.textContent = help; });
bar.append(live);
document.querySelector("main").prepend(bar);

const keys = {
  ArrowRight: () => move(1), ArrowLeft: () => move(-1), PageDown: () => toPart(1), PageUp: () => toPart(-1),
  Home: () => { stop(); show(0); }, End: () => { stop(); show(lines.length - 1); }, " ": play,
  v: () => showView(view + 1), p: () => setPredict(!predict), "?": () => { live.textContent = help; },
  Escape: () => { stop(); predict = false; predictButton.setAttribute("aria-pressed", "false"); show(-1); write(); }
};
addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, textarea, select") && event.key !== "Escape") return;
  if (event.key === " " && event.target.closest("button, summary, a")) return;
  if (/^[1-9]$/.test(event.key)) { toSample(Number(event.key)); event.preventDefault(); return; }
  const run = keys[event.key] || keys[event.key.toLowerCase()];
  if (run) { run(); event.preventDefault(); }
});
const address = new URLSearchParams(location.hash.slice(1));
if (views.includes(address.get("view"))) showView(views.indexOf(address.get("view")));
const sample = Number(address.get("sample")), step = Number(address.get("step"));
if (sample > 1 && headings[sample - 1]) {
  const begin = lines.findIndex(line => follows(headings[sample - 1], line));
  show(begin + Math.max(0, step - 1));
} else if (step > 0) show(step - 1);
})();
)js";

}  // namespace tracer
