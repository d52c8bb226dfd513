#include "tracer/serve/page.hpp"

#include "tracer/render/html_style.hpp"

namespace tracer::serve {

std::string page_style() {
  return std::string(html_style) + R"css(
.bench{display:flex;flex-direction:column;min-height:100vh}
.bench .top{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;padding:.4rem .8rem;border-bottom:1px solid var(--line)}
.bench h1{font-size:1.2rem;margin:0}
.bench h2{font-size:1rem;margin:0 0 .3rem;padding:0;border:0}
.bench main{max-width:none;padding:.6rem .8rem;margin:0;width:100%;flex:1;display:grid;gap:1rem;grid-template-columns:minmax(0,1fr)}
.bench section{min-width:0;display:flex;flex-direction:column}
.field{display:flex;flex-wrap:wrap;gap:.3rem;align-items:center;margin:0}
.bench label{display:inline-flex;flex-wrap:wrap;gap:.4rem;align-items:center;max-width:100%}
.bench input,.bench select,.bench button,.bench textarea,.button{font:inherit;color:var(--ink);background:var(--panel);border:1px solid var(--soft);border-radius:.3rem;padding:.2rem .5rem;max-width:100%}
.bench input[type=range],.bench input[type=checkbox]{padding:0;accent-color:var(--link)}
.bench input[type=number]{width:5.5rem}
.bench textarea{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.9rem;width:100%;resize:vertical}
.bench button,.button{cursor:pointer;text-decoration:none}
.bench button:disabled{color:var(--soft);cursor:default;border-style:dashed}
#menu{width:20rem}
#told,#state{margin:0;color:var(--soft);font-size:.9rem}
#state{margin-left:auto}#state.bad{color:var(--bad)}
.editor{display:flex;border:1px solid var(--soft);border-radius:.3rem;background:var(--page);overflow:hidden;height:clamp(16rem,52vh,60rem);resize:vertical}
.editor pre,.bench .editor textarea{margin:0;font:.9rem/1.5 ui-monospace,"DejaVu Sans Mono",monospace;tab-size:4;padding:.4rem;background:none;border:0}
.bench .editor pre.numbers{text-align:right;color:var(--soft);border-right:1px solid var(--line);overflow:hidden;flex:none;min-width:3em;background:var(--panel)}
.numbers .bad::before{content:"✕ "}
.sheet{position:relative;flex:1;min-width:0;overflow:hidden}
.bench .editor pre.marks{position:absolute;inset:0;overflow:hidden;color:transparent;pointer-events:none;white-space:pre}
.bench .sheet textarea{position:relative;width:100%;height:100%;resize:none;border-radius:0;white-space:pre;overflow:auto}
.marks u{text-decoration:underline wavy var(--bad);text-underline-offset:.2em;text-decoration-skip-ink:none}
.marks i{font-style:normal;color:var(--bad);margin-left:2em;font-size:.8rem}
#mistakes:empty{display:none}
#mistakes{border-left:3px solid var(--bad);padding:.2rem .6rem;margin-top:.4rem}
#mistakes.note{border-color:var(--soft)}
#mistakes p{margin:.2rem 0}#mistakes pre{margin:0 0 .4rem;background:none;padding:0;color:var(--ink)}
#mistakes button{padding:0 .3rem;margin-right:.4rem}
#values{margin:.8rem 0}
.leaf{display:grid;grid-template-columns:minmax(3.5rem,max-content) minmax(5rem,1fr) 5.5rem;gap:.5rem;align-items:center}
.leaf output{font-variant-numeric:tabular-nums}.leaf.moved output{font-weight:600}
.leaf code{overflow-wrap:normal}
.tabs,.tabs div{display:flex;flex-wrap:wrap;gap:.2rem;align-items:end}.tabs{border-bottom:1px solid var(--soft)}
.bench .tabs button{border-radius:.3rem .3rem 0 0;border-bottom:0}
.bench .tabs button[aria-selected=true]{background:var(--mark);font-weight:600;text-decoration:underline}
.pane{display:flex;flex-direction:column;flex:1;min-height:0}
.pane[hidden]{display:none}
.pane form{margin:.5rem 0}.row{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;margin:.4rem 0}
.frames{position:relative;flex:1;min-height:32rem}
.frames:not(.has){min-height:0;display:none}
.frames iframe{position:absolute;inset:0;width:100%;height:100%;border:0;visibility:hidden}
.frames iframe.shown{visibility:visible}
.frames.old iframe.shown{border:2px dashed var(--bad)}
.frames.old::before{content:"old";position:absolute;right:1.2rem;bottom:.4rem;z-index:1;pointer-events:none;background:var(--mark);color:var(--ink);border:1px solid var(--soft);padding:0 .5rem;border-radius:.3rem}
.pane.dropping{outline:3px dashed var(--link);outline-offset:-3px}
#pictures{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}#pictures svg{flex:1 1 15rem;max-width:26rem;height:auto}
@media (min-width:62rem){
.bench main{grid-template-columns:minmax(20rem,2fr) minmax(0,3fr)}
.bench .right{position:sticky;top:0;height:calc(100vh - 1.2rem)}
.pane{overflow:auto}}
@media (max-width:40rem){.editor{height:16rem}#state{margin-left:0;flex-basis:100%}}
@media (forced-colors:active){.marks u{text-decoration-color:Mark}.bench .tabs button[aria-selected=true]{border:2px solid Highlight}}
)css";
}

}  // namespace tracer::serve
