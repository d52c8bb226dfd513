#include "tracer/serve/page.hpp"

namespace tracer::serve {

const std::string_view page_html = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>tracer</title>
<link rel="icon" href="data:,"/>
<link rel="stylesheet" href="/style.css"/>
<script src="/script.js" defer="defer"></script>
</head>
<body class="bench">
<header class="top">
<h1>tracer</h1>
<label class="field">Open <select id="menu"></select></label>
<form id="saving" class="field">
<label>Name <input id="name" autocomplete="off" spellcheck="false" placeholder="hw.lesson" size="16"/></label>
<button id="save">Save</button>
</form>
<a id="export" class="button" hidden="hidden">Export this derivation</a>
<p id="told" role="status"></p>
</header>
<main>
<section class="left" aria-label="Lesson">
<h2><label for="lesson">Lesson</label></h2>
<div class="editor">
<pre class="numbers" aria-hidden="true"></pre>
<div class="sheet">
<pre class="marks" aria-hidden="true"></pre>
<textarea id="lesson" wrap="off" spellcheck="false" autocomplete="off" autocapitalize="off" aria-describedby="mistakes"></textarea>
</div>
</div>
<div id="mistakes" role="status"></div>
<details id="values" open="open" hidden="hidden">
<summary>Values</summary>
<p class="aside">They take the place of the lesson's in derivation, graph and check; its text stays.</p>
<div id="sliders"></div>
<button id="reset" type="button" disabled="disabled">Back to the lesson's values</button>
</details>
</section>
<section class="right" aria-label="Results">
<div class="tabs">
<div role="tablist" aria-label="Results">
<button type="button" role="tab" id="tab-derive" aria-controls="pane-derive" aria-selected="true">Derivation</button>
<button type="button" role="tab" id="tab-graph" aria-controls="pane-graph" aria-selected="false" tabindex="-1">Graph</button>
<button type="button" role="tab" id="tab-check" aria-controls="pane-check" aria-selected="false" tabindex="-1">Check</button>
<button type="button" role="tab" id="tab-mark" aria-controls="pane-mark" aria-selected="false" tabindex="-1">Mark</button>
<button type="button" role="tab" id="tab-train" aria-controls="pane-train" aria-selected="false" tabindex="-1">Train</button>
</div>
<p id="state" role="status"></p>
</div>
<div class="pane" role="tabpanel" id="pane-derive" aria-labelledby="tab-derive"><div class="frames"></div></div>
<div class="pane" role="tabpanel" id="pane-graph" aria-labelledby="tab-graph" hidden="hidden">
<form><label>Values of step <input id="graph-step" type="number" min="1" value="1"/></label></form>
<div class="frames"></div></div>
<div class="pane" role="tabpanel" id="pane-check" aria-labelledby="tab-check" hidden="hidden">
<form id="checking">
<p>Whose gradients? Drop a file anywhere here, choose one, or paste them. Without any, the lesson's own are checked.</p>
<div class="row">
<label>File <input id="claimed-file" type="file" accept=".npz,.npy,.json,.csv,.safetensors,.txt"/></label>
<label>At step <input id="check-step" type="number" min="1" value="1"/></label>
</div>
<label for="claimed-text">Pasted: lines such as dL/dw1 = -2, or JSON, or CSV</label>
<textarea id="claimed-text" rows="4" spellcheck="false" autocomplete="off"></textarea>
<div class="row"><button>Check</button><button type="button" id="no-claims">Clear</button></div>
</form>
<div class="frames"></div></div>
<div class="pane" role="tabpanel" id="pane-mark" aria-labelledby="tab-mark" hidden="hidden">
<form id="marking">
<label for="answers">Answer sheet: lines such as dL/dw1 = -2 under headings such as Sample 2</label>
<textarea id="answers" rows="8" spellcheck="false" autocomplete="off"></textarea>
<div class="row">
<label>Rounded at every line to <select id="round"><option value="">nothing</option><option value="2">2 decimals</option><option value="3">3 decimals</option><option value="4">4 decimals</option><option value="3sig">3 digits</option><option value="4sig">4 digits</option></select></label>
<label><input id="hint" type="checkbox"/> hints alone, no values</label>
<button>Mark</button>
</div>
</form>
<div class="frames"></div></div>
<div class="pane" role="tabpanel" id="pane-train" aria-labelledby="tab-train" hidden="hidden">
<form id="training">
<p>Trains the lesson as it is written; it needs a train line.</p>
<div class="row"><button id="start">Train</button><button type="button" id="stop" disabled="disabled">Stop</button></div>
<p id="epoch" role="status"></p>
</form>
<div id="pictures"></div>
<div class="frames"></div></div>
</section>
</main>
</body>
</html>
)html";

}  // namespace tracer::serve
