// tracer graph: what uses what in a lesson, as a picture.
#include <algorithm>
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "tracer/claims/program.hpp"
#include "tracer/cli/commands.hpp"
#include "tracer/cli/lessons.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/derive/derive.hpp"
#include "tracer/error.hpp"
#include "tracer/render/graph_page.hpp"

namespace tracer::cli {
namespace {

struct GraphFlags {
  std::string file;
  std::vector<std::string> settings;
  bool values = false, gradients = false, lines = false;
  int step = 1;
  std::string layout = "tracer";
  Output output;
};

// The graph as Graphviz lays it out. Throws Error: it is not installed, or takes too long.
std::string svg_by_graphviz(const DrawnGraph& graph) {
  constexpr double seconds = 60;
  try {
    const std::string svg = run_program("dot -Tsvg", graph_dot(graph), seconds).output;
    return svg.substr(
        std::min(svg.find("<svg"), svg.size()));  // after what only a file begins with
  } catch (const Error& error) {
    if (std::string_view(error.what()).find("not found") == std::string_view::npos) throw;
    throw Error("Graphviz is not installed: apt-get install graphviz; or leave --layout out");
  }
}

Document page_by_graphviz(const DrawnGraph& graph) {
  Document page{{PageHeading{1, graph.title}}};
  page.push_back({Drawing{{}, [svg = svg_by_graphviz(graph)] { return svg; }}});
  page.back().shown = Shown::in_browser;
  return page;
}

int run_graph(const GraphFlags& flags) {
  ElaborateOptions elaborate;
  elaborate.set = parse_settings(flags.settings);
  const Program program = load_lesson(flags.file, elaborate);
  DrawnGraph whole = graph_of(*program.graph(1), program.title);
  if (flags.values || flags.gradients) {
    DeriveOptions wanted;
    wanted.first_step = wanted.last_step = flags.step;
    const DeriveResult result = derive(program, wanted);
    if (result.derivation.steps.empty())
      throw Error(fmt::format("--step {}: the lesson has no such step", flags.step));
    add_numbers(whole, result.derivation.steps.front(), {flags.values, flags.gradients});
  }
  const std::string_view format = flags.output.chosen();
  if (format == "dot") {
    flags.output.write(graph_dot(whole));
    return 0;
  }
  if (flags.layout == "dot") {
    if (format != "svg" && format != "html")
      throw Error("--layout dot is of --format svg and html (or -o graph.svg, graph.html)");
    if (format == "svg")
      flags.output.write(svg_by_graphviz(whole));
    else
      flags.output.write(page_by_graphviz(whole));
    return 0;
  }
  const Folded shown = flags.lines ? Folded{without_leaves(whole), ""} : folded(whole);
  if (!shown.remark.empty()) remark(shown.remark);
  if (format == "svg")
    flags.output.write(graph_svg(shown.graph));
  else
    flags.output.write(page_of(shown.graph));
  return 0;
}

}  // namespace

Command graph_command() {
  const auto flags = std::make_shared<GraphFlags>();
  GraphFlags& to = *flags;
  return {"graph",
          "the computation graph of a lesson: in the terminal, as SVG, HTML or DOT",
          "Examples:\n"
          "  tracer graph xor-2-2-1\n"
          "  tracer graph relu-1-1-1 --values --gradients --step 2\n"
          "  tracer graph attention-2x2 -o attention.html\n"
          "  tracer graph softmax-layer --layout dot -o graph.svg                (Graphviz)",
          {lesson_flag(to.file, "FILE"),
           settings_flag(to.settings, "w=2: gives a value"),
           {"--values", &to.values, "in every node its value, of a matrix its shape"},
           {"--gradients", &to.gradients, "the gradient of the loss too, after ∂"},
           {"--step", &to.step, "of which step those are (default 1)", Between{1, 1'000'000}},
           {"--lines", &to.lines, "the lines alone, without parameters and data"},
           {"--layout", &to.layout,
            "of an SVG or a page: tracer's own (default), or that of Graphviz's dot, of all nodes",
            OneOf{{"tracer", "dot"}}},
           page_format_flag(to.output, {"svg", "dot"}),
           output_flag(to.output),
           width_flag(to.output),
           colour_flag(to.output)},
          [flags] { return run_graph(*flags); }};
}

}  // namespace tracer::cli
