// How pages look in a browser: light, dark, in the reader's own colours, on a phone and on paper.
#pragma once

#include <string_view>

namespace tracer {

/// The rules of every page. Contrast is that of WCAG's AA in both schemes.
inline constexpr std::string_view html_style = R"css(
:root{color-scheme:light dark;--ink:#1a1a1a;--soft:#595959;--page:#fff;--panel:#f5f5f2;--line:#c9c9c4;--mark:#fff3c4;--link:#0b57a4;--good:#0a6b3d;--bad:#a8320a;--c0:#1f6fb0;--c1:#c4570a;--c2:#23853a;--c3:#c2283a;--c4:#7a4fa8;--c5:#7d4b3c;--c6:#b5449a;--c7:#666;--c8:#7f7a0c;--c9:#0d8294}
@media (prefers-color-scheme:dark){:root{--ink:#e9e9e6;--soft:#a9a9a4;--page:#181a1c;--panel:#22262a;--line:#43484d;--mark:#3a3210;--link:#8cc2ff;--good:#6fd39b;--bad:#ff9d76;--c0:#6cb4f5;--c1:#ffa552;--c2:#6fd08a;--c3:#ff7d86;--c4:#c6a6f2;--c5:#cfa697;--c6:#f49bd8;--c7:#b8b8b8;--c8:#d8d45c;--c9:#5fd6e3}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,"DejaVu Sans",sans-serif}
main{max-width:78rem;margin:0 auto;padding:1rem clamp(.75rem,3vw,2.5rem) 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0 1rem}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.4rem 0 .4rem}
h3 span,h2 span{font-weight:400;color:var(--soft);margin-left:.8em}
p{margin:.5rem 0;max-width:60rem;overflow-wrap:anywhere}
.bold{font-weight:600}.faint,.aside,.why{color:var(--soft)}.aside{font-style:italic}
a{color:var(--link)}
code{font:.95em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
math{font-size:1.06em;font-family:"STIX Two Math","Cambria Math","Latin Modern Math","Libertinus Math","DejaVu Math TeX Gyre","DejaVu Sans",math}
.scroll{overflow-x:auto;max-width:100%}
table.list{border-collapse:collapse;margin:.6rem 0;font-variant-numeric:tabular-nums}
table.list th,table.list td{padding:.2rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
table.list th{border-bottom:2px solid var(--soft);font-weight:600}
table.list .n{text-align:right;white-space:nowrap}
.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}
.given{display:flex;flex-wrap:wrap;gap:.3rem 1.6rem;margin:.5rem 0 .5rem 1rem;align-items:center}
.work{margin:.4rem 0 .6rem 1rem}
.line{padding:.15rem .4rem;border-left:3px solid transparent}
.line:target{border-left-color:var(--link);background:var(--mark)}
.eq{display:flex;flex-wrap:wrap;gap:.1rem .45rem;align-items:center}
.eq>span{display:flex;flex-wrap:wrap;gap:.1rem .45rem;align-items:center;max-width:100%;overflow-x:auto;overflow-y:hidden}
.value{font-weight:600}
.why{font-size:.9rem}.why>span{margin-right:.8em}.links,.links a{color:var(--soft)}.links{font-size:.85em}
.eq~.why{margin-left:2.2rem}
details{margin:.2rem 0 .3rem 2.2rem;font-size:.95rem}
summary{cursor:pointer;color:var(--link)}
@media (min-width:62rem){
.columns{display:grid;grid-template-columns:repeat(4,max-content) minmax(8rem,1fr);column-gap:.6rem}
.columns>.line,.columns>.line>.eq{display:grid;grid-template-columns:subgrid;grid-column:1/-1;align-items:center}
.columns>.line>.eq{grid-column:1/5}
.columns>.line>.eq>.left{grid-column:1}.columns>.line>.eq>.rule{grid-column:2}.columns>.line>.eq>.numbers{grid-column:3}.columns>.line>.eq>.value{grid-column:4}
.columns>.line>.why{grid-column:5;margin-left:.8rem}
.columns>.line>details{grid-column:1/-1}}
.blank{border-bottom:1px solid var(--ink)}
pre{font:.85rem/1.2 ui-monospace,"DejaVu Sans Mono",monospace;overflow-x:auto;padding:.5rem;background:var(--panel)}
figure{margin:1rem 0;display:flex;flex-wrap:wrap;align-items:flex-start;gap:1rem 1.4rem}figcaption{color:var(--soft);font-size:.9rem}
figure svg{max-width:100%;height:auto}
svg text{fill:var(--ink);font-family:system-ui,"DejaVu Sans",sans-serif}svg text.soft{fill:var(--soft)}
svg .axis{stroke:var(--soft)}svg .grid{stroke:var(--line)}svg .wrong{fill:var(--bad)}
.l0{stroke:var(--c0)}.f0{fill:var(--c0)}.l1{stroke:var(--c1)}.f1{fill:var(--c1)}.l2{stroke:var(--c2)}.f2{fill:var(--c2)}.l3{stroke:var(--c3)}.f3{fill:var(--c3)}.l4{stroke:var(--c4)}.f4{fill:var(--c4)}.l5{stroke:var(--c5)}.f5{fill:var(--c5)}.l6{stroke:var(--c6)}.f6{fill:var(--c6)}.l7{stroke:var(--c7)}.f7{fill:var(--c7)}.l8{stroke:var(--c8)}.f8{fill:var(--c8)}.l9{stroke:var(--c9)}.f9{fill:var(--c9)}
dl.said{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}
dl.said dd{margin:0}dl.said dt{font-family:ui-monospace,"DejaVu Sans Mono",monospace}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
@media (max-width:40rem){.work,.given{margin-left:0}dl.said{grid-template-columns:1fr}dl.said dd{margin:0 0 .4rem 1rem}.eq~.why,details{margin-left:1rem}}
.bar{position:sticky;top:0;z-index:1;background:var(--page);border-bottom:1px solid var(--line);padding:.4rem 0;display:flex;flex-wrap:wrap;gap:.3rem;align-items:center}
.bar button,.ask button{font:inherit;min-width:2.4rem;padding:.15rem .5rem;color:var(--ink);background:var(--panel);border:1px solid var(--soft);border-radius:.3rem;cursor:pointer}
.bar button[aria-pressed=true]{background:var(--mark)}.live{margin:0 0 0 .5rem;min-height:1.5em;flex-basis:20rem;flex-grow:1;font-size:.9rem}
.line.active{border-left-color:var(--link);background:var(--mark)}.stepping .line.later{color:var(--soft)}
.predicting .line.later .numbers,.predicting .line.later .value,.predicting .line.active:not([data-told]) .value{visibility:hidden}
.predicting .ahead,.node.hid text+text{visibility:hidden}
.ask{grid-column:1/-1;padding:.2rem 0 .3rem 2rem;display:flex;flex-wrap:wrap;gap:.3rem .5rem;align-items:center}.cells{display:grid;gap:.2rem}.ask .cells input{margin:0 .2rem 0 0}
.bar .menu{margin:0;position:relative}.menu summary{padding:.15rem .5rem;border:1px solid var(--soft);border-radius:.3rem;background:var(--panel);color:var(--ink);list-style:none}.menu[open]{display:flex;gap:.3rem}
.whole{display:none}.embed .whole{display:inline}.embed main>:not(.bar):not(.here),.embed .work>:not(.active),.embed .bar button[title^=Play],.embed .menu{display:none}.embed main{padding-bottom:1rem}
@media (min-width:62rem) and (min-height:44rem){.stepping figure.now{position:sticky;top:calc(var(--bar,3rem) - 1px);z-index:1;margin:0;padding:.3rem 0;max-height:36vh;background:var(--page);border-bottom:1px solid var(--line)}.stepping figure.now svg{max-height:34vh}.stepping .line{scroll-margin-top:42vh}}
.work.sides{display:grid;grid-template-columns:minmax(0,1fr);gap:0 1.5rem}.sides>.wrong{border-left:3px solid var(--bad)}.sides>.right{border-left:3px solid var(--good)}
@media (min-width:62rem){.work.sides{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}.sides>.line:not(.right):not(.wrong){grid-column:1/-1}.sides>.right{grid-column:1}.sides>.wrong{grid-column:2}}
.ask input{font:inherit;margin:0 .5rem;color:var(--ink);background:var(--page);border:1px solid var(--soft)}
.graph .edge{stroke:var(--soft)}.graph rect{stroke:var(--soft);fill:var(--page)}.graph .parameter rect{fill:var(--panel)}.graph .on rect{fill:var(--mark);stroke:var(--link);stroke-width:2}.graph .edge.on{stroke:var(--link);stroke-width:2.5}
@media (forced-colors:active){.line:target{outline:2px solid Highlight}}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
@media print{@page{size:A4;margin:15mm}:root{--ink:#000;--soft:#333;--page:#fff;--panel:#fff;--line:#888;--mark:#fff;--link:#000;--good:#000;--bad:#000}
body{font-size:10pt}main{max-width:none;padding:0}h2,h3{break-after:avoid}h2~h2{break-before:page;border-top:0;margin-top:0}.line,table.list tr,figure{break-inside:avoid}
details::details-content{content-visibility:visible;block-size:auto}summary{list-style:none}.noprint{display:none}
:is([data-print=blank],[data-print=form]) :is(.line .numbers,.line>.why,.line>details,main>ul,p:has(math),.node text+text){display:none}
:is([data-print=blank],[data-print=form]) :is(.line .value,.carried .value),[data-print=form] .back .rule{border:1px solid #555;min-width:8em;min-height:1.9em}
:is([data-print=blank],[data-print=form]) :is(.line .value,.carried .value)>*,[data-print=form] .back .rule>*{visibility:hidden}
[data-print=form] .back .rule{min-width:14em}:is([data-print=blank],[data-print=form]) .line{padding:.35rem .4rem}.stepping .line.later{color:#000}.line.active{background:none}
}
)css";

}  // namespace tracer
